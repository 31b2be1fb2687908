/** The whole style of a report; its hash stands in the page's content policy. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1a1e26; --second: #535a66; --line: #e6e6e2; --card: #fff; --ground: #fbfbfa; --blue: #0072b2; --good: #17753f; --warning: #8a5a00; --warning-tint: #faf1dc; }
@media (prefers-color-scheme: dark) { :root { --text: #e9ecf1; --second: #a7afbc; --line: #242b37; --card: #171c25; --ground: #11151c; --blue: #56b4e9; --good: #4cc38a; --warning: #e2b04a; --warning-tint: #2b2413; } }
* { box-sizing: border-box; }
body { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; font-size: 18px; overflow-wrap: anywhere; }
h3 { margin: 20px 0 6px; font-size: 14px; }
p { margin: 4px 0; }
.second, figcaption span, dt { color: var(--second); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { color: var(--second); font-weight: 500; font-size: 12px; white-space: nowrap; }
tbody th { font-weight: 500; }
.differences tbody th { width: 22%; }
td.number, th.number { text-align: right; white-space: nowrap; }
.matrix { width: auto; }
.matrix td { padding: 5px 14px; text-align: right; }
.matrix td.right { font-weight: 600; }
.best { font-weight: 600; }
.best::before { content: '✓ '; color: var(--good); }
article { padding-top: 8px; border-top: 2px solid var(--line); margin-top: 32px; }
article h2 { margin-top: 16px; }
.tag { display: inline-block; padding: 1px 9px; margin: 2px 4px 2px 0; border: 1px solid var(--line); border-radius: 11px; font-size: 12px; overflow-wrap: anywhere; }
.note { margin: 8px 0; padding: 8px 12px; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.warning { margin: 8px 0; padding: 8px 12px; border-radius: 8px; background: var(--warning-tint); }
dl { display: grid; grid-template-columns: 130px minmax(0, 1fr); gap: 3px 12px; margin: 6px 0; }
dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 24px; margin: 16px 0; }
figure { margin: 0; max-width: 100%; break-inside: avoid; }
figcaption { display: flex; flex-direction: column; margin-bottom: 6px; }
figcaption span { font-size: 12px; }
svg { display: block; max-width: 100%; height: auto; }
td svg { margin: 4px 0; }
svg text { fill: var(--second); font: 11px system-ui, sans-serif; }
.grid { stroke: var(--line); }
.reference { stroke: var(--second); stroke-dasharray: 4 4; }
.line { fill: none; stroke: var(--blue); stroke-width: 1.75; }
.point { fill: var(--blue); fill-opacity: 0.5; }
.fill, .dot { fill: var(--blue); }
.interval { stroke: var(--blue); stroke-opacity: 0.3; stroke-width: 6; stroke-linecap: round; }
pre { padding: 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; background: #fff; } article { break-before: page; border: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`;
