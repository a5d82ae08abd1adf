/** The server that this module came from. */
export const HOME = new URL(import.meta.url).origin;
