/** What TypeScript's own library does not know yet. */
interface Navigator {
  readonly connection?: { readonly downlink?: number; readonly saveData?: boolean };
}
