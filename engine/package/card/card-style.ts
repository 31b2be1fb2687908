/** The whole style of a card's page but for its pictures; the page's content policy holds its hash. */
export const cardStyle = `
:root { color-scheme: light dark; --text: #1a1e26; --second: #535a66; --line: #e6e6e2; --ground: #fbfbfa; --card: #fff; --link: #1d5f9e; --strong-line: #d3d4d0; }
@media (prefers-color-scheme: dark) { :root { --text: #e9ecf1; --second: #a7afbc; --line: #242b37; --ground: #11151c; --card: #171c25; --link: #6cb2f5; --strong-line: #36404f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 13px/20px system-ui, sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -0.012em; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 15px; line-height: 20px; font-weight: 600; }
h3, h4 { margin: 12px 0 4px; font-size: 13px; line-height: 20px; font-weight: 600; }
p, dl, ul, ol, pre, blockquote { margin: 0 0 8px; }
.kind { margin: 0; color: var(--second); font-size: 12px; line-height: 16px; }
.lead { margin: 8px 0 0; }
.lead p:first-child, .lead p:nth-child(3), dt, figcaption span, thead th { color: var(--second); }
.lead p:nth-child(2) { font-size: 15px; font-weight: 500; }
section { margin-top: 24px; padding-top: 16px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
a { color: var(--link); }
code, pre { font: 12px/18px ui-monospace, monospace; }
pre { padding: 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--card); white-space: pre-wrap; }
blockquote { padding-left: 12px; border-left: 3px solid var(--strong-line); color: var(--second); }
dl { display: grid; grid-template-columns: minmax(90px, 140px) minmax(0, 1fr); gap: 4px 12px; }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0 0 12px; }
table { border-collapse: collapse; overflow-wrap: break-word; min-width: min(100%, 420px); font-variant-numeric: tabular-nums; }
th, td { max-width: 420px; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { font-size: 12px; line-height: 16px; font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
.charts { display: flex; flex-wrap: wrap; gap: 24px; margin: 12px 0; }
figure { margin: 0; max-width: 100%; break-inside: avoid; }
figcaption { display: flex; flex-direction: column; margin-bottom: 6px; }
figcaption b { font-size: 15px; font-weight: 600; }
figcaption span { font-size: 12px; line-height: 16px; }
svg { display: block; max-width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 12px; line-height: 16px; }
.legend li::before { content: ''; display: inline-block; width: 14px; height: 3px; margin: 0 6px 3px 0; background: currentColor; }
${[0, 1, 2, 3, 4, 5].map((index) => `.legend .c${index}::before { background: var(--c${index}); }`).join('\n')}
@media print { body { background: #fff; } main { max-width: none; padding: 0; } section { break-inside: auto; } h2 { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; } }
`;
