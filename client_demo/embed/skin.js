/** Looks of the player. Its own sheet, so that no page's policy or style reaches it. */
const STYLE = `
:host { display: block; position: relative; width: 100%; max-width: 405px; aspect-ratio: 9 / 16; overflow: hidden;
background: #08070c; color: #f7f0e3; border-radius: 12px; font: max(14px, 0.875rem)/1.4 -apple-system, "Segoe UI", Roboto, sans-serif;
-webkit-tap-highlight-color: transparent }
:host([hidden]), [hidden] { display: none !important }
:host(:focus-visible) { outline: 2px solid #ffd98a; outline-offset: 2px }
.frame, video, img, canvas, .dream { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain }
.dream { background: radial-gradient(60% 40% at 30% 35%, #4a3a66 0, transparent 70%), radial-gradient(55% 40% at 70% 65%, #6a4a35 0, transparent 70%), #0d0b14; opacity: .8; animation: drift 9s ease-in-out infinite alternate }
@keyframes drift { to { transform: scale(1.25) translate(4%, -4%); opacity: .5 } }
.frame:is([data-state=failed], [data-state=gone], [data-state=private]) .dream { filter: grayscale(1); animation: none; opacity: .5 }
.said { position: absolute; left: 12px; top: 12px; margin: 0; max-width: calc(100% - 84px); box-sizing: border-box; padding: 6px 12px; border-radius: 99px; background: rgb(8 7 12 / .62); display: flex; align-items: center; gap: 8px; transition: opacity .4s }
.said:not(.on) { opacity: 0 }
.frame:is([data-state=failed], [data-state=gone], [data-state=private]) .said { top: 50%; left: 50%; transform: translate(-50%, -50%); background: none; text-align: center }
.percent { font-variant-numeric: tabular-nums; opacity: .75 }
.percent:empty { display: none }
.lamp { width: 8px; height: 8px; border-radius: 50%; background: #ffd98a; flex: none; animation: breathe 1.6s ease-in-out infinite alternate }
.frame:not([data-state=live], [data-state=queued]) .lamp { display: none }
.frame[data-state=live] .lamp { background: #ff7d78 }
@keyframes breathe { to { opacity: .35 } }
.ai { position: absolute; z-index: 2; right: 8px; top: 8px; width: 44px; height: 40px; border-radius: 10px; font-weight: 600; font-size: .86em; letter-spacing: .06em; text-shadow: 0 0 2px #000 }
.ai::before { content: ""; position: absolute; z-index: -1; inset: 8px 6px; border: 1px solid rgb(255 255 255 / .6); border-radius: 7px; background: rgb(8 7 12 / .62) }
.frame:is([data-state=gone], [data-state=private]) .ai { display: none }
.made { position: absolute; z-index: 1; inset: 0 0 auto; max-height: 100%; box-sizing: border-box; overflow: auto; padding: 16px 16px 12px; background: rgb(12 10 18 / .94) }
.made b { font-size: 1.143em }
.made p, .made dl, .made dd { margin: 6px 0 }
.made dt { opacity: .75; font-size: .86em }
.made dd { overflow-wrap: anywhere }
.line { position: absolute; left: 0; bottom: 0; height: 3px; width: 100%; background: #ffd98a; transform-origin: left; transform: scaleX(0); transition: transform .4s, opacity .6s }
.frame:not([data-state=live]) .line { opacity: 0 }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; display: grid; place-items: center; width: 40px; height: 40px; border-radius: 50% }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 2px solid #ffd98a; outline-offset: -2px }
svg { width: 22px; height: 22px; fill: currentColor }
.big { position: absolute; left: 50%; top: 50%; width: 72px; height: 72px; margin: -36px; background: rgb(8 7 12 / .6); transition: transform .16s }
.big:hover { transform: scale(1.06) }
.big svg { width: 32px; height: 32px; margin-left: 3px }
.hear { position: absolute; z-index: 1; left: 12px; bottom: 60px; width: auto; height: 40px; padding: 0 14px 0 10px; border-radius: 99px; background: rgb(8 7 12 / .62); display: flex; align-items: center; gap: 6px }
.bar { position: absolute; inset: auto 0 0; padding: 32px 8px 8px; display: flex; align-items: center; gap: 4px; background: linear-gradient(transparent, rgb(8 7 12 / .75)); transition: opacity .25s }
.frame.still:not([data-paused]) .bar { opacity: 0 }
.bar:focus-within, .frame:hover .bar { opacity: 1 !important }
input { flex: 1; min-width: 40px; height: 24px; margin: 0 4px; accent-color: #ffd98a; cursor: pointer }
.time { font-variant-numeric: tabular-nums; font-size: .86em; opacity: .85 }
.bar .gap { flex: 1 }
a { color: inherit; font-size: .86em; opacity: .85; padding: 10px 6px; text-decoration: none }
a:hover { text-decoration: underline }
@media (prefers-reduced-motion: reduce) { .dream, .lamp { animation: none } * { transition: none !important } }`;
const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zM13 5h4v14h-4z";
const LOUD = "M4 9v6h4l5 4V5L8 9zM15 9a4 4 0 0 1 0 6zM17 6a8 8 0 0 1 0 12v-2a6 6 0 0 0 0-8z";
const MUTE = "M4 9v6h4l5 4V5L8 9zM15 10l1-1 2 2 2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2z";
const FULL = "M5 5h6v2H7v4H5zM13 5h6v6h-2V7h-4zM5 13h2v4h4v2H5zM17 13h2v6h-6v-2h4z";
const SKIN = `<div class="frame still" lang="${LANGUAGES[LANGUAGE]}" part="frame" data-state="idle">
<div class="dream"></div><img part="poster" alt="" hidden><video part="video" playsinline crossorigin="anonymous" tabindex="-1"></video><canvas hidden></canvas>
<p class="said" part="status" role="status"><span class="lamp"></span><span class="words"></span><span class="percent" aria-hidden="true"></span></p>
<button class="big" part="play" aria-label="${t("play")}" hidden><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PLAY}"/></svg></button>
<button class="hear" part="sound" hidden><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${LOUD}"/></svg>${t("sound.tap")}</button>
<div class="bar" part="controls" hidden><button class="toggle" aria-label="${t("play")}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PLAY}"/></svg></button>
<input type="range" min="0" max="1" step="0.01" value="0" aria-label="${t("player.position")}"><span class="gap" hidden></span><span class="time"></span>
<button class="loud" aria-label="${t("player.mute")}" hidden><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${LOUD}"/></svg></button><button class="full" aria-label="${t("player.full")}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${FULL}"/></svg></button><a target="_blank" rel="noopener">phosphene</a></div>
<section class="made" part="made" aria-label="${t("made.title")}" hidden><b>${t("made.title")}</b><p>${t("player.claim")}</p><dl></dl><a class="how" target="_blank" rel="noopener">${t("player.how")}</a></section>
<button class="ai" part="ai" aria-label="${t("ai.how")}" aria-expanded="false">${t("ai.mark")}</button><div class="line"></div></div>`;
