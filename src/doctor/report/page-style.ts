// The style sheet of the HTML report: light and dark, from 320 px up, and on paper. No fonts, no images, no network.

/** The colours of every page: text on page, card or tint has a contrast of 4.5 and more. */
export const palette = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #16191d; --soft: #5b6570; --code: #f0f2f5;
  --good: #157347; --warn: #8f5b00; --bad: #c0262d; --info: #1f5fbf; --accent: #5b4bd6;
  --good-tint: #e5f4ec; --warn-tint: #fdf1db; --bad-tint: #fdeaea; --info-tint: #e8f0fc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1216; --card: #171b21; --line: #2b323b; --text: #e7eaee; --soft: #9aa5b1; --code: #10141a;
    --good: #5fcf97; --warn: #efb95a; --bad: #ff8084; --info: #82b1ff; --accent: #a99eff;
    --good-tint: #14281f; --warn-tint: #2d2413; --bad-tint: #321a1c; --info-tint: #17233a;
  }
}
`;

export const reportStyle = `
${palette}* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 32px 20px 48px; max-width: 1040px; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
ol, ul { list-style: none; }
code, pre, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
header { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: center; margin-bottom: 20px; }
h1 { font-size: 26px; line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: 12px; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); margin-bottom: 12px; font-weight: 650; }
.target { flex-basis: 100%; color: var(--soft); }
.target b { color: var(--text); font-weight: 500; }
.target span + span::before { content: "·"; margin: 0 8px; }
.pill { padding: 4px 12px; border-radius: 99px; font-weight: 650; font-size: 14px; }
.pill.healthy { color: var(--good); background: var(--good-tint); }
.pill.broken { color: var(--bad); background: var(--bad-tint); }
.pill.degraded, .pill.undetermined { color: var(--warn); background: var(--warn-tint); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin-bottom: 16px; }
.cause { border-left: 5px solid var(--warn); }
.cause.broken { border-left-color: var(--bad); }
.cause > h2 { color: var(--warn); }
.cause.broken > h2 { color: var(--bad); }
.cause h3 { font-size: 19px; line-height: 1.3; margin-bottom: 2px; }
.cause .how { color: var(--soft); margin-bottom: 10px; font-size: 14px; }
.lead { font-size: 16px; max-width: 68ch; }
.wire { margin-top: 12px; border-left: 3px solid var(--line); padding-left: 12px; color: var(--soft); }
.wire li + li { margin-top: 3px; }
.fix { margin-top: 18px; padding-top: 16px; border-top: 1px solid var(--line); }
.fix p { max-width: 68ch; }
pre {
  margin: 10px 0 0; padding: 11px 14px; background: var(--code); border: 1px solid var(--line); border-radius: 8px;
  overflow-x: auto; white-space: pre; overflow-wrap: normal; user-select: all;
}
.server { margin-top: 12px; font-size: 13px; color: var(--soft); }
.server + pre { margin-top: 4px; }
.bases { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin-top: 14px; }
.bases dt { color: var(--soft); font-size: 14px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; background: var(--line);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden; margin-bottom: 16px; }
.facts div { background: var(--card); padding: 12px 16px; }
.facts dt { font-size: 12px; color: var(--soft); }
.facts dd { font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums; }
.facts small { font-size: 13px; font-weight: 400; color: var(--soft); }
.chart { display: block; width: 100%; height: auto; margin-top: 6px; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .label { fill: var(--soft); font-size: 12px; }
.chart .area { fill: var(--accent); opacity: .14; }
.chart .stairs { fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round; }
.chart .steady { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 5; }
.chart .tick { stroke: var(--accent); stroke-width: 1.5; }
.chart .range { stroke: var(--accent); stroke-width: 2; opacity: .3; }
.chart .point { fill: var(--accent); }
.chart .verdict { fill: currentColor; }
.verdict.healthy { color: var(--good); } .verdict.degraded { color: var(--warn); }
.verdict.broken { color: var(--bad); } .verdict.undetermined { color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 10px; font-size: 13px; color: var(--soft); }
.legend span::before { content: ""; display: inline-block; width: 18px; margin-right: 7px; vertical-align: middle; border-top: 2px solid var(--accent); }
.legend .verdict::before { border-top: 9px solid currentColor; width: 12px; }
.legend .steady::before { border-top: 2px dashed var(--soft); }
.legend .tick::before { width: 2px; height: 11px; border: 0; background: var(--accent); }
.waterfall li { display: grid; grid-template-columns: 150px 1fr 72px; gap: 12px; align-items: center; padding: 3px 0; }
.waterfall .phase { color: var(--soft); }
.waterfall .took { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.track { position: relative; height: 14px; background: var(--code); border-radius: 4px; overflow: hidden; }
.track i { position: absolute; top: 0; bottom: 0; min-width: 3px; background: var(--accent); border-radius: 3px; }
.dots .track { height: 18px; }
.plot { position: absolute; inset: 0 6px; }
.dots .dot { top: 4px; bottom: auto; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%; opacity: .5; }
.dots .middle { width: 3px; min-width: 3px; margin-left: -1.5px; background: var(--text); border-radius: 0; }
.scale { display: flex; justify-content: space-between; margin: 4px 84px 0 162px; font-size: 13px; color: var(--soft); }
.legend .one::before { width: 10px; height: 10px; border: 0; border-radius: 50%; background: var(--accent); opacity: .5; }
.legend .one ~ .tick::before { width: 3px; height: 14px; background: var(--text); }
.soft { color: var(--soft); margin-top: 10px; max-width: 72ch; }
.best { font-weight: 600; color: var(--good); }
.race { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.race th, .race td { padding: 6px 10px 6px 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
.race thead th { border-top: 0; font-size: 12px; font-weight: 500; color: var(--soft); }
.race .out th { color: var(--bad); }
.hops { display: flex; flex-wrap: wrap; gap: 8px 0; align-items: stretch; }
.hops li { display: flex; align-items: center; }
.hops li + li::before { content: "→"; margin: 0 10px; color: var(--soft); }
.hop { border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; }
.hop small { display: block; color: var(--soft); font-size: 12px; }
.hop.end { border-style: dashed; color: var(--soft); }
details { border-top: 1px solid var(--line); }
details:first-of-type { border-top: 0; }
summary { cursor: pointer; padding: 9px 0; display: flex; gap: 10px; align-items: baseline; }
summary::-webkit-details-marker { display: none; }
summary::after { content: "+"; margin-left: auto; color: var(--soft); font-size: 17px; line-height: 1; }
details[open] > summary::after { content: "–"; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
summary b { font-weight: 600; min-width: 74px; }
summary .tally { color: var(--soft); font-size: 14px; }
.mark { width: 18px; flex: none; text-align: center; font-weight: 700; }
.mark.pass { color: var(--good); } .mark.info { color: var(--info); } .mark.warn, .mark.unknown { color: var(--warn); }
.mark.fail, .mark.crashed { color: var(--bad); } .mark.skip { color: var(--soft); }
.checks { padding: 2px 0 12px; }
.checks > li { display: grid; grid-template-columns: 18px 1fr; gap: 10px; padding: 7px 0; }
.checks .id { color: var(--soft); }
.checks .title { font-weight: 550; margin-right: 8px; }
.checks p { color: var(--text); max-width: 72ch; }
.checks .fix { margin-top: 8px; padding-top: 0; border: 0; }
.checks .wire { margin-top: 6px; }
.checks .skipped { color: var(--soft); }
.scores { display: grid; grid-template-columns: max-content max-content 1fr; gap: 4px 16px; }
.scores dt { font-weight: 500; } .scores dd { font-variant-numeric: tabular-nums; } .scores dd + dd { color: var(--soft); }
footer { color: var(--soft); font-size: 13px; margin-top: 22px; }
@media (max-width: 600px) {
  body { padding: 20px 14px 32px; }
  h1 { font-size: 21px; }
  .card { padding: 16px; border-radius: 10px; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .facts { grid-template-columns: 1fr 1fr; }
  .facts div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .chart .label { font-size: 23px; }
  .waterfall li { grid-template-columns: 1fr auto; gap: 2px 12px; padding: 6px 0; }
  .waterfall .track { grid-column: 1 / -1; grid-row: 2; }
  .scale { margin: 4px 0 0; }
  .race thead { display: none; }
  .race, .race tbody, .race tr, .race th, .race td { display: block; }
  .race th { border-top: 1px solid var(--line); padding: 8px 0 2px; }
  .race tr:first-child th { border-top: 0; }
  .race td { display: grid; grid-template-columns: 110px 1fr; border: 0; padding: 1px 0; }
  .race td:empty { display: none; }
  .race td::before { content: attr(data-title); color: var(--soft); }
  .bases { grid-template-columns: 1fr; } .bases dd { margin-bottom: 6px; }
  .scores { grid-template-columns: 1fr auto; } .scores dd + dd { grid-column: 1 / -1; margin-bottom: 6px; }
}
@media print {
  body { max-width: none; padding: 0; }
  .card, .facts { break-inside: avoid; }
  details > * { display: block; }
  summary::after { content: none; }
}
`;
