/** The page's whole style sheet. Blue-to-vermilion palette that stays apart for the colour-blind; contrast holds in light and dark. */
export const style: string = `
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#5b636d;--line:#e2e0db;--wash:#f3f1ec;--link:#0b5cad;
--good:#1a7044;--good-wash:#e6f3ec;--bad:#b3261e;--bad-wash:#fbeae8;--unsure:#8a5a00;--unsure-wash:#fbf1dc;--mark:#fdeccb;
--timing:#2a78b8;--stale-data:#6fb7e0;--hidden-rule:#d99a1b;--defect:#c2461a;--legacy-defect:#b5679a;--compound:#168a6e;--unresolved:#8b8f96}
@media (prefers-color-scheme:dark){:root{--paper:#15181c;--card:#1c2025;--ink:#e6e8ea;--soft:#a3abb4;--line:#31373e;--wash:#23282e;--link:#82b8f0;
--good:#6fcf9b;--good-wash:#173025;--bad:#ff9a8f;--bad-wash:#3a1d1b;--unsure:#f0c468;--unsure-wash:#352a12;--mark:#4a3a12;
--timing:#4e9ad8;--stale-data:#9fd3f2;--hidden-rule:#e8b54a;--defect:#e8744a;--legacy-defect:#d48fbd;--compound:#3dbb9b;--unresolved:#9aa0a8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums}
main,body>header,body>footer{max-width:1120px;margin:0 auto;padding:0 24px}
h1,h2,h3,h4,h5,p,dl,dd,ul{margin:0;padding:0}
h1{font-size:28px;line-height:1.2;font-weight:650;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:22px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h3{font-size:18px;font-weight:650;margin-bottom:4px}
h4{font-size:15px;font-weight:650;margin:28px 0 4px}
h5{font-size:14px;font-weight:650;margin:16px 0 4px}
a{color:var(--link)}
code,pre,.key{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--card);padding:8px 12px;z-index:2}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
body>header{padding-top:40px}
body>header .sub{color:var(--soft);margin-top:6px}
.source{display:flex;flex-wrap:wrap;gap:4px 20px;color:var(--soft);font-size:14px;margin-top:2px}
.source b{color:var(--ink);font-weight:600}
nav{margin-top:20px;font-size:14px;border-top:1px solid var(--line)}
nav ul{list-style:none}
nav>ul>li{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;padding:10px 0;border-bottom:1px solid var(--line)}
nav .name{font-weight:600;margin-right:4px}
nav .parts{display:flex;flex-wrap:wrap;gap:4px 14px}
.tag{font-size:12px;font-weight:650;letter-spacing:.03em;padding:1px 8px;border-radius:99px;white-space:nowrap}
.tag.good{background:var(--good-wash);color:var(--good)}.tag.bad{background:var(--bad-wash);color:var(--bad)}.tag.unsure{background:var(--unsure-wash);color:var(--unsure)}
.chapter{padding-top:36px}
.version{font-size:13px;font-weight:400;letter-spacing:0;color:var(--soft);margin-left:12px}
section section,#glossary{margin-top:48px}
section>h2,section>h3{scroll-margin-top:16px}
.lead,.note{color:var(--soft);font-size:14px;max-width:72ch}
.note{margin-top:8px}
.verdict{margin-top:14px;padding:16px 20px;border-radius:8px;border-left:5px solid;display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 18px}
.verdict .word{font-size:24px;font-weight:700;letter-spacing:.01em}
.verdict.good{background:var(--good-wash);border-color:var(--good)}.verdict.bad{background:var(--bad-wash);border-color:var(--bad)}.verdict.unsure{background:var(--unsure-wash);border-color:var(--unsure)}
.verdict.good .word{color:var(--good)}.verdict.bad .word{color:var(--bad)}.verdict.unsure .word{color:var(--unsure)}
.figures{display:grid;grid-template-columns:repeat(6,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin-top:16px}
.figures>div{background:var(--card);padding:12px 14px}
.figures dt{font-size:13px;color:var(--soft)}
.figures b{display:block;font-size:21px;font-weight:650;letter-spacing:-.01em;line-height:1.3;white-space:nowrap}
.figures span{display:block;font-size:12px;line-height:1.4;color:var(--soft)}
.checks{list-style:none;margin-top:16px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.checks li{display:grid;grid-template-columns:26px 1fr;padding:12px 16px;border-top:1px solid var(--line)}
.checks li:first-child{border-top:0}
.mark{font-weight:700;font-size:17px;line-height:1.45}
.pass .mark,.pass .state{color:var(--good)}.fail .mark,.fail .state{color:var(--bad)}.insufficient .mark,.insufficient .state{color:var(--unsure)}
.checks .title{font-weight:600}.checks .state{display:block;font-weight:500;font-size:14px}
.checks dl{display:grid;align-content:start;grid-template-columns:76px 1fr;gap:0 10px;font-size:14px}
.checks dt{color:var(--soft)}.checks dd{overflow-wrap:anywhere}
.eta{background:var(--wash);border-radius:99px;padding:1px 8px;font-size:13px;white-space:nowrap}
.checks li>div{display:grid;grid-template-columns:minmax(220px,2fr) 5fr;gap:2px 28px}
.checks .bound{grid-column:2;max-width:560px;margin-top:6px}.bound svg{display:block;width:100%;min-width:340px}
.within{fill:var(--good);opacity:.45}.beyond{fill:var(--bad);opacity:.45}.seen{fill:var(--ink)}.limit{stroke:var(--ink);stroke-width:2;stroke-dasharray:3 2}
.scroll{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:13px;border-bottom:1px solid var(--soft);white-space:nowrap;vertical-align:bottom}
th:last-child,td:last-child{padding-right:2px}
.n{text-align:right;white-space:nowrap}
.op{display:inline-block;width:1.2em;color:var(--soft)}
.balance{font-size:14px;margin-top:6px}.balance.good{color:var(--good)}.balance.bad{color:var(--bad);font-weight:650}
.chip{display:inline-flex;align-items:center;gap:7px;white-space:nowrap;font-size:14px}
.dot{width:10px;height:10px;border-radius:3px;flex:none;background:currentColor}
.c-timing{fill:var(--timing);color:var(--timing)}.c-stale-data{fill:var(--stale-data);color:var(--stale-data)}.c-hidden-rule{fill:var(--hidden-rule);color:var(--hidden-rule)}
.c-defect{fill:var(--defect);color:var(--defect)}.c-legacy-defect{fill:var(--legacy-defect);color:var(--legacy-defect)}.c-compound{fill:var(--compound);color:var(--compound)}.c-unresolved{fill:var(--unresolved);color:var(--unresolved)}
.bar{display:block;width:160px;height:12px;margin-top:5px}
.bar.small{width:100%;max-width:220px;height:6px;margin:7px 0 3px}
.track{fill:var(--line)}.faint{fill:var(--timing);opacity:.4}.solid{fill:var(--timing)}
.chart svg{display:block;width:100%;min-width:680px;height:auto}
.grid{stroke:var(--line);stroke-width:1}
.axis{fill:var(--soft);font-size:12px}.end{text-anchor:end}.middle{text-anchor:middle}
.chart g:hover rect{opacity:.75}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:6px}
.warn{color:var(--bad);font-weight:650}
.words{display:block;max-width:64ch;overflow-wrap:anywhere}
.plain{list-style:none}
details{margin-top:8px}
summary{cursor:pointer;color:var(--link);font-size:14px;padding:4px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px 20px;margin-top:12px}
.status{font-size:13px;font-weight:650}.s-confirmed{color:var(--good)}.s-provisional{color:var(--unsure)}.s-lead{color:var(--soft)}
.sentence{font-size:17px;line-height:1.45;font-weight:550;max-width:72ch;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(3,1fr);gap:10px 28px;margin-top:12px;font-size:14px}
.facts dt{color:var(--soft);font-size:13px}.facts dd{overflow-wrap:anywhere}
.ids{list-style:none;display:flex;flex-wrap:wrap;gap:0 10px}
.case{border:1px solid var(--line);border-radius:8px;background:var(--card);margin-top:8px}
.case>summary{display:grid;grid-template-columns:16px 140px minmax(90px,180px) 1fr auto;gap:4px 14px;align-items:baseline;padding:9px 14px;color:var(--ink);list-style:none}
.case>summary::-webkit-details-marker{display:none}
.case>summary::before{content:'▸';color:var(--soft)}
.case[open]>summary::before{content:'▾'}
.case>summary:hover{background:var(--wash);border-radius:8px}
.differing{color:var(--soft);overflow-wrap:anywhere}.when{color:var(--soft);font-size:13px;white-space:nowrap}
.body{padding:4px 16px 16px;border-top:1px solid var(--line)}
.evidence{margin-top:10px;padding-left:18px;font-size:15px;max-width:84ch}
.evidence li{margin-top:2px;overflow-wrap:anywhere}
.test{color:var(--soft);font-size:12px}
.sides table{table-layout:fixed;min-width:640px}.body h5+.scroll table{min-width:560px}
.sides th:first-child{width:24%}
.sides td,.sides th{overflow-wrap:anywhere}
mark{background:var(--mark);color:inherit;border-radius:4px;padding:1px 6px;margin-left:-6px;font-weight:600;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.plain mark{margin-left:0}
.sign{color:var(--bad);margin-right:5px}
.body .name{color:var(--soft)}
.absent{color:var(--soft);font-style:italic;font-weight:400}
bdi{overflow-wrap:anywhere}
.glossary{display:grid;grid-template-columns:1fr 1fr;gap:14px 40px;margin-top:12px;font-size:14px}
.glossary dt{font-weight:650}.glossary dd{color:var(--soft)}
body>footer{color:var(--soft);font-size:13px;padding-top:48px;padding-bottom:48px}
@media (max-width:900px){.figures{grid-template-columns:repeat(3,1fr)}.facts{grid-template-columns:1fr 1fr}}
@media (max-width:620px){main,body>header,body>footer{padding-left:16px;padding-right:16px}body>header{padding-top:24px}h1{font-size:24px}
.figures{grid-template-columns:1fr 1fr}.facts,.glossary{grid-template-columns:1fr}.card,.verdict{padding:14px}.version{display:block;margin-left:0}
.checks li{padding:12px}.checks li>div{display:block}.checks .state{display:inline;margin-left:4px}.checks dl{grid-template-columns:1fr}.checks dt{margin-top:4px;font-size:13px}
.case>summary{grid-template-columns:16px 1fr auto}.case .differing{grid-column:2/-1}.case .when{grid-column:2/-1}.body{padding:4px 12px 12px}}
@media print{:root{--paper:#fff;--card:#fff}body{font-size:11pt}nav,.skip{display:none}main,body>header,body>footer{max-width:none;padding:0}
details::details-content{content-visibility:visible;display:block;block-size:auto}.case>summary::before{content:''}.scroll{overflow:visible}
.chart svg,.bound svg,.body table{min-width:0!important}.card,.case,.checks li,tr{break-inside:avoid}h2,h3,h4{break-after:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`
