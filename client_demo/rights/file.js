/** Lists of what somebody registers: tables with a heading (commas, semicolons or tabs), or JSON. Pure. */

const MANY = ["also", "licensed", "described"];
const TEXTS = ["kind", "name", "mode", "terms", "description", "instead_en", "instead_fr", "until"];
const SIDES = ["looks", "deeds", "world", "looks_2", "deeds_2", "world_2"];
/** Bytes of one request; it may have 64 kB. */
const ROOM = 48_000;

/** The cells of a table; those between quotes may have anything. @param {string} text @returns {string[][]} */
export function cellsOf(text) {
  const head = text.split("\n", 1)[0] ?? "";
  const [mark = ","] = ["\t", ";", ","].filter((one) => head.includes(one));
  /** @type {string[][]} */
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at], row = /** @type {string[]} */ (rows.at(-1));
    if (quoted && sign === '"' && text[at + 1] === '"') row[row.length - 1] += text[++at];
    else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (!quoted && sign === mark) row.push("");
    else if (!quoted && sign === "\n") rows.push([""]);
    else if (quoted || sign !== "\r") row[row.length - 1] += sign;
  }
  return rows.filter((row) => row.some((cell) => cell.trim()));
}

/** Entries of a file. Throws SyntaxError: it is no list of them. @param {string} text @returns {any[]} */
export function entriesOf(text) {
  const plain = text.replace(/^\uFEFF/, "").trim();
  if (/^[[{]/.test(plain)) {
    const told = JSON.parse(plain);
    const list = Array.isArray(told) ? told : told.rights;
    if (!Array.isArray(list)) throw new SyntaxError("rights");
    return list;
  }
  const [heads = [], ...rows] = cellsOf(plain);
  const names = heads.map((one) => one.trim().toLowerCase());
  if (!names.includes("name")) throw new SyntaxError("name");
  return rows.map((row) => entryOf(Object.fromEntries(names.map((name, n) => [name, (row[n] ?? "").trim()]))));
}

/** @param {Record<string, string>} row */
function entryOf(row) {
  /** @type {Record<string, any>} */
  const entry = {};
  for (const name of TEXTS) if (row[name]) entry[name] = row[name];
  for (const name of MANY) if (row[name]) entry[name] = row[name].split("|").map((one) => one.trim()).filter(Boolean);
  const sides = SIDES.map((name) => row[name]).filter(Boolean);
  if (sides.length) entry.described = sides;
  if (row.died) entry.died = Number(row.died);
  return entry;
}

/** The same in parts that fit into a request each. @param {any[]} entries @returns {any[][]} */
export function inParts(entries) {
  /** @type {any[][]} */
  const parts = [];
  let room = 0;
  for (const one of entries) {
    const size = new TextEncoder().encode(JSON.stringify(one)).length + 1;
    if (size > room) {
      parts.push([]);
      room = ROOM;
    }
    parts.at(-1)?.push(one);
    room -= size;
  }
  return parts;
}
