// The style of one exchange on the page of the tap: verdict, figures, times, bodies.

export const detailStyle = `
.detail { overflow-y: auto; min-width: 0; padding: 0 24px 40px; border-left: 1px solid var(--line); scrollbar-width: thin; overflow-wrap: anywhere; }
.detail > header { display: flex; gap: 12px; align-items: center; position: sticky; top: 0; z-index: 1; padding: 16px 0 6px; background: var(--page); }
.detail h2 { font-size: 18px; line-height: 1.3; letter-spacing: -.01em; outline-offset: 4px; border-radius: 4px; }
.back { flex: none; height: 30px; }
.about { color: var(--soft); margin-bottom: 14px; }
.about span + span::before { content: "·"; margin: 0 8px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 20px; margin-bottom: 14px; }
.card > h3 { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); font-weight: 650; margin-bottom: 8px; }
.quiet { color: var(--soft); padding-block: 10px; }
.cause { border-left: 4px solid var(--info); border-radius: 4px 12px 12px 4px; }
.cause.warn { border-left-color: var(--warn); } .cause.fail { border-left-color: var(--bad); }
.kind { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; font-weight: 650; color: var(--info); }
.warn .kind { color: var(--warn); } .fail .kind { color: var(--bad); }
.cause > h3.summary { font-size: 17px; line-height: 1.4; letter-spacing: 0; text-transform: none; color: var(--text); font-weight: 600; margin: 4px 0 2px; }
.how { color: var(--soft); font-size: 13px; }
.wire { margin-top: 10px; padding-left: 12px; border-left: 3px solid var(--line); color: var(--soft); font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.fix { margin-top: 14px; padding-top: 12px; border-top: 1px solid var(--line); }
.fix p { max-width: 72ch; }
h4 { font-size: 13px; font-weight: 650; margin-bottom: 6px; }
.command { display: flex; gap: 10px; align-items: center; margin-top: 8px; padding: 5px 5px 5px 12px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; }
.command code { flex: 1; min-width: 0; }
.command button { flex: none; height: 28px; }

.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 14px 18px; padding: 4px 4px 18px; }
.figures dt { font-size: 12px; color: var(--soft); }
.figures dd { font-size: 16px; font-weight: 600; font-variant-numeric: tabular-nums; }

.waterfall { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
.waterfall th { font-weight: 400; text-align: left; color: var(--soft); white-space: nowrap; padding: 2px 12px 2px 0; width: 1px; }
.waterfall thead th { font-size: 12px; text-align: right; }
.waterfall thead th:first-child { text-align: left; }
.waterfall td { padding: 2px 0; white-space: nowrap; text-align: right; }
.waterfall td + td { width: 70px; }
.waterfall td + td + td { color: var(--soft); }
.track { position: relative; display: block; height: 12px; background: var(--code); border-radius: 4px; overflow: hidden; }
.track i { position: absolute; inset-block: 0; min-width: 3px; border-radius: 3px; background: var(--accent); }
.track .network { background: var(--good); } .track .request { background: var(--info); } .track .wait { opacity: .45; } .track .client { background: var(--bad); }
.arrivals { margin-top: 16px; }
.chart { display: block; width: 100%; height: auto; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .label { fill: var(--soft); font-size: 11.5px; }
.chart .area { fill: var(--accent); opacity: .13; }
.chart .stairs { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.chart .tick { stroke: var(--accent); stroke-width: 1.25; fill: none; }
.chart .first { stroke: var(--warn); stroke-width: 1.5; stroke-dasharray: 4 4; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 12.5px; color: var(--soft); }
.legend span::before { content: ""; display: inline-block; width: 16px; margin-right: 7px; vertical-align: middle; border-top: 2px solid var(--accent); }
.legend .first::before { border-top: 2px dashed var(--warn); }

.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 14px; }
.bodies { padding: 0; overflow: clip; }
[role=tablist] { display: flex; gap: 4px; padding: 0 12px; border-bottom: 1px solid var(--line); }
[role=tab] { height: 42px; border: 0; border-radius: 0; background: none; color: var(--soft); padding: 0 10px; border-bottom: 2px solid transparent; outline-offset: -4px; }
[role=tab][aria-selected=true] { color: var(--text); font-weight: 600; border-bottom-color: var(--focus); }
[role=tabpanel] { padding: 18px 20px; outline-offset: -4px; }
.sections > section + section { margin-top: 22px; }
[role=tabpanel] h4 { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin-bottom: 8px; }
[role=tabpanel] * + h4 { margin-top: 20px; }
.parameters { display: grid; grid-template-columns: fit-content(38%) minmax(0, 1fr); gap: 2px 18px; font-size: 13px; }
.parameters dt { color: var(--soft); }
.parameters dd { white-space: pre-wrap; font-variant-numeric: tabular-nums; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.text > .long { content-visibility: auto; contain-intrinsic-size: auto 200px; }
.more { height: 28px; margin: 8px 0; font-size: 13px; }
.head { padding: 10px 12px; margin-bottom: 10px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; }
.head .name { color: var(--soft); }
.head b { font-weight: 600; }
.message { padding: 12px 0 12px 14px; border-left: 3px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 140px; }
.message.assistant { border-left-color: var(--accent); }
.message + .message { margin-top: 12px; }
.message.whole { padding-block: 0; }
.role { font-weight: 650; font-size: 13px; margin-bottom: 4px; }
.role .hint { font-weight: 400; margin-left: 10px; }
.block + .block { margin-top: 12px; }
.block-head { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; margin-bottom: 4px; font-size: 13px; }
.block.tool_use > .text, .block.tool_result > .block, .block.tool_result > .text, .block.bad { padding: 8px 12px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; }
.block.thinking > .text { color: var(--soft); font-style: italic; }
.chip { padding: 0 8px; border-radius: 99px; font-size: 12px; line-height: 20px; background: var(--code); border: 1px solid var(--line); color: var(--soft); }
.chip.cache { color: var(--good); background: var(--good-tint); border-color: transparent; }
.chip.bad, b.bad { color: var(--bad); }
.notice { padding: 8px 12px; margin-bottom: 12px; border-radius: 8px; color: var(--warn); background: var(--warn-tint); }
details { border-top: 1px solid var(--line); }
details + :not(details) { margin-top: 12px; }
summary { cursor: pointer; padding: 7px 2px; display: flex; gap: 10px; align-items: baseline; min-width: 0; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "+"; flex: none; width: 12px; color: var(--soft); text-align: center; }
details[open] > summary::before { content: "–"; }
summary b { font-weight: 600; white-space: nowrap; }
summary code { white-space: nowrap; }
summary .hint { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
details > :not(summary) { margin: 4px 0 12px 24px; }
.compared { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 12px; }
.compared select { max-width: 100%; }
.share { display: block; height: 8px; margin-bottom: 8px; border-radius: 99px; background: var(--warn-tint); overflow: hidden; }
.share i { display: block; height: 100%; background: var(--good); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 12px; margin: 12px 0; }
.sides figcaption { font-size: 12.5px; color: var(--soft); margin-bottom: 4px; }
.sides pre { padding: 10px 12px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; max-height: 420px; overflow: auto; }
del, ins { text-decoration: none; border-radius: 3px; }
del { background: var(--bad-tint); color: var(--bad); } ins { background: var(--good-tint); color: var(--good); }
.sign { width: 14px; text-align: center; font-weight: 700; color: var(--soft); }
.sign.new { color: var(--good); } .sign.changed { color: var(--warn); } .sign.gone { color: var(--bad); }
@media (min-width: 900px) { .back { display: none; } }
@media (max-width: 899px) {
  .detail { padding: 0 14px 32px; border: 0; }
  .card { padding: 14px; border-radius: 10px; } .bodies { padding: 0; }
  [role=tabpanel] { padding: 14px; }
  [role=tablist] { padding: 0 4px; }
  .waterfall td + td { width: 56px; }
  details > :not(summary) { margin-left: 0; }
}
@media (forced-colors: active) { .track i, .share i { forced-color-adjust: none; } }
@media print { body { height: auto; display: block; } .list, .page-head .filters, .actions { display: none; } .detail { overflow: visible; } }
`;
