/** Sheets that are loaded when they are first wanted, and where each leads. */
import { Later } from "./later.js";
import { complain, toast } from "./toast.js";

/**
 * @typedef {import("./merge.js").Clip} Clip
 * @param {{store: import("./state.js").Store, open(clip: Clip): void, show(id: string): void, know(person: import("./merge.js").Person): void, hide(): void,
 *   play(): void, birth(): void, made(id: string): void, lineage(id: string): void, drop(id: string): void, choose(mode: any): Promise<void>, lookAgain(): void}} on ``open`` and ``show`` lead to a clip, ``play`` begins what stands still
 */
export function lazySheets({ store, open, show, know, hide, play, birth, made, lineage, drop, choose, lookAgain }) {
  const me = () => store.me?.handle ?? "";
  const account = () => nameDialog.open(me());
  const composer = new Later(() => import("./composer.js").then(({ Composer }) => new Composer({ created: open })));
  const report = new Later(() => import("./report.js").then(({ ReportSheet }) => ReportSheet.load()));
  const desk = new Later(() => import("./desk.js").then(({ Desk }) => Desk.load({ clip: show, profile: (handle) => profile.open(handle) })));
  const decisions = new Later(() => import("./decisions.js").then(({ DecisionsSheet }) => DecisionsSheet.load({ clip: show })));
  const presence = new Later(() => import("./presence.js").then(({ PresenceSheet }) => PresenceSheet.load({ done: () => likeness.open(), account })));
  const likeness = new Later(() => import("./likeness.js").then(({ LikenessSheet }) => LikenessSheet.load({ presence: () => presence.open(), clip: show, profile: (handle) => profile.open(handle), me, account })));
  const nameDialog = new Later(() => import("./person.js").then(({ NameDialog }) => new NameDialog({ likeness: () => likeness.open(), feed: () => tune.open(), clips: () => profile.open(me()), renamed: know, desk: () => desk.open(), decisions: () => decisions.open(), draw: (text) => composer.open({ text }) })));
  const help = new Later(() => import("./help.js").then(({ HelpDialog }) => new HelpDialog()));
  const profile = new Later(() => import("./profile.js").then(({ ProfileDialog }) => ProfileDialog.load({ clip: open, me, hid: hide, report: (subject) => report.open(subject), failed: complain })));
  const finder = new Later(() => import("./finder.js").then(({ Finder }) => new Finder({ clip: open, profile: (handle) => profile.open(handle), failed: complain })));
  /** @type {Promise<import("./background.js").Background> | null} */
  let worker = null;
  const background = () => (worker ??= import("./background.js").then(({ Background }) => new Background()));
  const notify = new Later(() => import("./notify.js").then(({ NotifySheet }) => NotifySheet.load(background)));
  const rest = new Later(() => import("./rest.js").then(({ RestScreen }) => new RestScreen({ begun: play, over: () => location.reload() })));
  const sharing = new Later(() => import("./share.js").then(({ ShareDialog }) => new ShareDialog(toast)));
  const terms = new Later(() => import("./terms.js").then(({ TermsSheet }) => new TermsSheet({ changed: (clip) => store.meet(clip), toast })));
  const menu = new Later(() => import("./menu.js").then(({ MoreSheet }) => new MoreSheet({ store, terms, birth, made, report, drop, show: open, tune })));
  const tune = new Later(() => import("./tune.js").then(({ TuneSheet }) => TuneSheet.load({ choose, changed: lookAgain })));
  const papers = new Later(() => import("./made.js").then(({ MadeSheet }) => new MadeSheet({ clip: open, profile: (handle) => profile.open(handle), lineage })));
  return { account, composer, report, desk, decisions, presence, likeness, nameDialog, help, profile, finder, background, notify, rest, sharing, terms, menu, papers, tune };
}
