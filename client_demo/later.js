/** Sheets that are loaded when they are first wanted, so that the first picture does not wait for them. */
import { complain } from "./toast.js";

/** @template {{open(...given: any[]): any}} Sheet */
export class Later {
  /** @type {Promise<Sheet> | null} */
  made = null;

  /** @param {() => Promise<Sheet>} load */
  constructor(load) {
    this.load = load;
  }

  /** The sheet; one that could not be had is asked for again the next time. @returns {Promise<Sheet>} */
  get() {
    this.made ??= this.load().catch((error) => {
      this.made = null;
      throw error;
    });
    return this.made;
  }

  /** @param {Parameters<Sheet["open"]>} given */
  open(...given) {
    this.get().then((sheet) => sheet.open(...given)).catch(complain);
  }
}

/** Loads them all once nothing else is to be done. @param {{get(): Promise<any>}[]} sheets */
export function loadAll(sheets) {
  const load = () => Promise.all(sheets.map((sheet) => sheet.get())).catch(() => null);
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: 4000 });
  else setTimeout(load, 2000);
}
