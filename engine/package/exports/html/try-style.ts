/** The style of the form beside that of the card; the page's content policy holds the hash of both. */
export const tryStyle = `
main { max-width: 1080px; }
[hidden] { display: none !important; }
:root { --accent: #a85826; --on-accent: #fff; --good: #17753f; --bad: #b3261e; --warning: #8a5a00; --input: #8b919c; --blue: #0072b2; --track: #ededea; }
@media (prefers-color-scheme: dark) { :root { --accent: #e08a4f; --on-accent: #1a1e26; --good: #4cc38a; --bad: #f4796c; --warning: #e2b04a; --input: #697486; --blue: #56b4e9; --track: #242b37; } }
.origin, .second { color: var(--second); }
.try { display: grid; grid-template-columns: minmax(0, 3fr) minmax(280px, 2fr); gap: 24px; align-items: start; margin-top: 16px; }
.panel { margin: 0; padding: 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.beside { position: sticky; top: 16px; }
.panel h2 { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 16px 24px; align-items: start; }
.field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; overflow-wrap: anywhere; }
.field > label { font-weight: 500; }
input, select, button { font: inherit; color: inherit; accent-color: var(--blue); }
input[type=text], input[type=date], select { width: 100%; height: 32px; padding: 0 10px; border: 1px solid var(--input); border-radius: 6px; background: var(--ground); }
input[type=range] { width: 100%; margin: 0; }
input[aria-invalid=true], select[aria-invalid=true] { border-color: var(--bad); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.note, .message, .missing { font-size: 12px; line-height: 16px; color: var(--second); }
.message { color: var(--warning); }
.message:empty { display: none; }
.fault, .message.fault { color: var(--bad); }
.good { color: var(--good); }
.missing { display: flex; align-items: center; gap: 6px; }
button { height: 32px; font-size: 13px; padding: 0 12px; border: 1px solid var(--input); border-radius: 6px; background: var(--card); font-weight: 500; cursor: pointer; }
button.small { height: 28px; letter-spacing: 0; }
.big { margin: 0 0 8px; font-size: 28px; line-height: 32px; font-weight: 600; letter-spacing: -0.02em; overflow-wrap: anywhere; }
.panel p.second { margin: 0 0 4px; }
.bars { margin: 8px 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: minmax(60px, 1fr) 2fr 60px; gap: 8px; align-items: center; padding: 3px 0; }
.bars .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bars .answered { font-weight: 600; }
.bars .value { text-align: right; font-variant-numeric: tabular-nums; }
.track { position: relative; display: block; height: 12px; border-radius: 3px; background: var(--track); }
.track .fill { display: block; height: 100%; border-radius: 3px; background: var(--blue); }
.track .mark { position: absolute; top: -3px; width: 2px; height: 18px; background: var(--text); }
.answer { min-height: 120px; }
.beside #what-if { margin-top: 16px; }
#what-if select { width: auto; max-width: 100%; margin: 0 12px 0 8px; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.check { margin-top: 24px; }
.check button { margin-right: 12px; }
details summary { cursor: pointer; font-weight: 600; }
@media (max-width: 760px) { .try { grid-template-columns: minmax(0, 1fr); } .beside { display: contents; } .beside > :first-child { order: -1; } .beside #what-if { margin: 0; } }
@media print { .try, .check { display: none; } }
`;
