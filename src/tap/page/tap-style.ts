// The style of the page of the tap: its head, the filters, and the list of exchanges. Light and dark, 390 to 1600 px.
import { palette } from '../../doctor/report/page-style.ts';

/** For screen readers only. */
const unseen =
  'position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;';

export const pageStyle = `
${palette}
:root { --chosen: #eeecfb; --focus: #5b4bd6; }
@media (prefers-color-scheme: dark) { :root { --chosen: #221f3a; --focus: #a99eff; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; height: 100vh; height: 100dvh; display: grid; grid-template-rows: auto minmax(0, 1fr); grid-template-columns: minmax(0, 1fr);
  background: var(--page); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1, h2, h3, h4, p, ul, dl, dd, figure { margin: 0; padding: 0; }
ul { list-style: none; }
code, pre { font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
noscript { padding: 20px; }
.unseen { ${unseen} }
.hint { color: var(--soft); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }

button, select, input {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  height: 34px; padding: 0 12px; min-width: 0;
}
button { cursor: pointer; }
button:hover, select:hover { border-color: var(--soft); }
select { padding: 0 8px; text-overflow: ellipsis; }
input::placeholder { color: var(--soft); opacity: 1; }

.page-head {
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 2px 12px; align-items: baseline;
  padding: 12px 20px; background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 17px; letter-spacing: -.01em; }
.target { color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.state { font-size: 13px; color: var(--soft); white-space: nowrap; }
.state.live { color: var(--good); }
.state.live::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: currentColor; margin-right: 7px; }
.total { grid-column: 1 / -1; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.filters { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.filters input { flex: 1 1 220px; }
.filters select { flex: 0 1 170px; }
.toggle { white-space: nowrap; }
.toggle[aria-pressed=true] { background: var(--chosen); border-color: var(--focus); }
.count:not(:empty) { margin-left: 7px; padding: 0 7px; border-radius: 99px; font-size: 12px; font-weight: 600; color: var(--bad); background: var(--bad-tint); }

main { display: grid; grid-template-columns: minmax(0, 1fr); min-height: 0; }
.list { container: list / inline-size; position: relative; display: flex; flex-direction: column; min-height: 0; min-width: 0; background: var(--card); }
.rows { flex: 1; overflow-y: auto; outline-offset: -3px; overscroll-behavior: contain; scrollbar-width: thin; }
.empty { padding: 56px 24px; text-align: center; color: var(--soft); }
.keys { display: none; padding: 6px 18px; border-top: 1px solid var(--line); font-size: 12px; color: var(--soft); }
.keys span + span { margin-left: 16px; }
kbd { font: inherit; padding: 0 5px; border: 1px solid var(--line); border-radius: 4px; color: var(--text); }
@media (pointer: fine) and (min-width: 900px) { .keys { display: block; } }
.newer { position: absolute; left: 50%; bottom: 44px; transform: translateX(-50%); border-radius: 99px; box-shadow: 0 2px 12px rgb(0 0 0 / .18); }

.row {
  display: grid; grid-template-columns: 18px auto auto auto minmax(0, 1fr) auto auto; column-gap: 10px; padding: 8px 18px;
  grid-template-areas:
    "mark path path path path status time"
    "mark model model model model speed first"
    "mark in out cached cached cached stop"
    "mark verdict verdict verdict verdict verdict verdict";
  border-bottom: 1px solid var(--line); font-size: 13px; line-height: 1.45;
  font-variant-numeric: tabular-nums; content-visibility: auto; contain-intrinsic-size: auto 74px;
}
.row > span { min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.row[role=option] { cursor: pointer; }
.row[role=option]:hover { background: var(--page); }
.row[aria-selected=true] { background: var(--chosen) !important; box-shadow: inset 4px 0 var(--focus); }
.row .mark { grid-area: mark; font-weight: 700; text-align: center; }
.row .path { grid-area: path; font-weight: 550; }
.row .time { grid-area: time; color: var(--soft); }
.row .status { grid-area: status; color: var(--soft); text-align: right; }
.row .model { grid-area: model; }
.row .first { grid-area: first; text-align: right; } .row .speed { grid-area: speed; text-align: right; }
.row .in { grid-area: in; } .row .out { grid-area: out; } .row .cached { grid-area: cached; } .row .stop { grid-area: stop; text-align: right; }
.row .in, .row .out, .row .cached, .row .stop, .row .first, .row .speed { color: var(--soft); }
.row .time, .row .status, .row .first, .row .speed { min-width: max-content; }
.row small { font-size: inherit; }
.row .first small { ${unseen} }
.row .verdict { grid-area: verdict; white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.row .verdict:empty { display: none; }
.row.heads { display: none; }
.mark.ok, .row.ok .mark { color: var(--good); }
.row.info .mark { color: var(--info); } .row.warn .mark { color: var(--warn); } .row.fail .mark { color: var(--bad); }
.row.open .mark { color: var(--focus); animation: breathe 1.6s ease-in-out infinite; }
.row .status.error, .row.fail .verdict { color: var(--bad); } .row.warn .verdict { color: var(--warn); } .row.info .verdict { color: var(--soft); }
@keyframes breathe { 50% { opacity: .3; } }
@media (forced-colors: active) { .row[aria-selected=true] { outline: 3px solid Highlight; outline-offset: -3px; } }
@media (prefers-reduced-motion: reduce) { .row.open .mark { animation: none; } }

@container list (min-width: 1040px) {
  .row {
    grid-template-columns: 18px 62px minmax(90px, 1.1fr) 44px minmax(110px, 1fr) 70px 58px 70px 58px 66px 80px minmax(150px, 3.4fr);
    grid-template-areas: "mark time path status model first speed in out cached stop verdict";
    align-items: baseline; contain-intrinsic-size: auto 36px;
  }
  .row .verdict { display: block; white-space: nowrap; }
  .row .verdict:empty { display: block; }
  .row .stop, .row .status { text-align: left; }
  .row .first, .row .speed, .row .in, .row .out, .row .cached { text-align: right; color: var(--text); }
  .row small { ${unseen} }
  .row.heads { display: grid; background: var(--page); color: var(--soft); font-size: 12px; padding-block: 5px; }
  .row.heads > span { color: var(--soft); font-weight: 500; }
}

@media (min-width: 900px) {
  .page-head { grid-template-columns: auto minmax(0, 1fr) auto auto; }
  .total { grid-column: auto; grid-row: 1; grid-column-start: 3; }
  .state { grid-column-start: 4; grid-row: 1; }
  .has-detail main { grid-template-columns: minmax(360px, 34%) minmax(0, 1fr); }
}
@media (max-width: 899px) {
  .page-head { padding: 10px 14px; }
  .has-detail .list, .has-detail .filters, .has-detail .total { display: none; }
  .filters input { flex-basis: 100%; }
  .filters select { flex: 1 1 0; }
  .filters button { flex: none; }
}
`;
