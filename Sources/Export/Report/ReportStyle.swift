/// The look of the report on screens from 390 pixels on and on A4 paper.
enum ReportStyle {
  static let sheet = screen + narrow + paper

  private static let screen = """

    :root{--ink:#1c2733;--soft:#56636f;--faint:#8a94a0;--line:#e3e7eb;--paper:#fff;--ground:#f6f7f8;
    --blue:#005a8e;--deep:#0b3550;--warm:#b34700}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 "Segoe UI","Noto Sans","DejaVu Sans",Arial,sans-serif;
    font-kerning:normal;text-rendering:optimizeLegibility}
    .wrap{max-width:1120px;margin:0 auto;padding:0 28px}
    .skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:#fff;padding:8px}
    a{color:var(--blue);text-decoration-thickness:1px;text-underline-offset:3px}
    .top{background:var(--deep);color:#fff}
    .top .wrap{display:flex;justify-content:space-between;align-items:baseline;gap:24px;padding-top:14px;padding-bottom:14px}
    .top p{margin:0;font-size:13.5px}.brand b{font-size:17px;letter-spacing:.02em;margin-right:10px}.brand span,.edition{color:#c6d8e4}
    .edition{white-space:nowrap}
    .answer{padding-top:44px}
    .kicker{margin:0 0 8px;font-size:12.5px;letter-spacing:.08em;text-transform:uppercase;color:var(--warm);font-weight:600}
    h1{font-size:33px;line-height:1.24;font-weight:650;letter-spacing:-.012em;margin:0 0 16px;max-width:24em;text-wrap:balance}
    .reply{font-size:19px;line-height:1.55;max-width:44em;margin:0 0 30px;color:#2c3a47;text-wrap:pretty}
    h2{font-size:25px;line-height:1.25;font-weight:650;letter-spacing:-.008em;margin:0 0 6px}
    h3{font-size:17px;line-height:1.35;font-weight:600;margin:0 0 3px}
    section{padding:56px 0 8px;scroll-margin-top:8px}
    section+section,nav+section{border-top:1px solid var(--line)}
    .lead{max-width:46em;color:var(--soft);margin:0 0 34px;font-size:16.5px}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:0;margin:0 0 34px;border-top:2px solid var(--deep)}
    .fact{padding:14px 18px 12px 0}
    .fact dt{font-size:13px;line-height:1.4;color:var(--soft)}
    .fact dd{margin:5px 0 0}.fact b{display:block;font-size:27px;line-height:1.2;font-weight:650;letter-spacing:-.01em;white-space:nowrap}
    .fact span{display:block;font-size:13px;line-height:1.45;color:var(--soft)}
    .split{display:grid;grid-template-columns:minmax(0,1fr) 300px;gap:44px;align-items:start}
    .moved{background:var(--ground);padding:20px 22px 18px;border-radius:6px;font-size:14px;line-height:1.5}
    .moved h2{font-size:16px;margin:0 0 2px;letter-spacing:0}
    .moved .since,.moved .more{color:var(--soft);margin:0 0 10px;font-size:13px}.moved .more{margin:10px 0 0}
    .moved ul{list-style:none;margin:0;padding:0}
    .moved li{padding:9px 0;border-top:1px solid var(--line)}
    .moved small{display:block;color:var(--soft);font-size:12.5px}
    nav{display:flex;flex-wrap:wrap;gap:6px 24px;padding:18px 0 16px;margin-top:18px;border-top:1px solid var(--line);font-size:14.5px}
    nav a{text-decoration:none}nav a:hover{text-decoration:underline}
    figure,.block{margin:0 0 44px}
    figcaption h3{text-wrap:balance}
    .note{margin:0 0 12px;color:var(--soft);font-size:14px;line-height:1.5;max-width:58em}
    .chart{width:100%;min-height:60px;overflow:hidden}
    .chart svg{display:block}
    .chart.vega-embed{display:block;padding:0}
    .source{margin:8px 0 0;font-size:12px;line-height:1.5;color:#65717e;overflow-wrap:anywhere}
    details{margin-top:8px;font-size:14px}
    .folded{margin-top:-26px}.fold summary h3{display:inline;font-size:14px;font-weight:400}.fold[open] summary{margin-bottom:6px}
    summary{cursor:pointer;color:var(--blue);font-size:13px;width:fit-content}
    .scroll{overflow-x:auto;max-height:440px;overflow-y:auto;margin-top:8px;border-top:1px solid var(--ink);border-bottom:1px solid var(--line)}
    table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.45;font-variant-numeric:tabular-nums}
    th{position:sticky;top:0;background:#fff;text-align:left;font-weight:600;color:var(--soft);padding:7px 14px 7px 0;box-shadow:0 1px 0 var(--line);vertical-align:bottom}
    td{padding:5px 14px 5px 0;border-top:1px solid #eef0f2;vertical-align:top;overflow-wrap:break-word}
    td{max-width:26em}
    .n{text-align:right;white-space:nowrap}.k{white-space:nowrap}
    .notice{background:#fdf5e6;border-left:4px solid #E69F00;padding:12px 16px;margin:0 0 28px;font-size:15px}
    .assumed{margin:0 0 30px;padding:7px;border-radius:6px;background:repeating-linear-gradient(135deg,#f2d9b0 0 7px,#fbf1df 7px 14px)}
    .assumed p{margin:0;background:#fffdf8;padding:10px 14px;border-radius:3px;font-size:14px;line-height:1.5}
    .kinds{display:flex;flex-wrap:wrap;gap:4px 30px;margin:0 0 30px}
    .kinds p{display:flex;gap:10px;align-items:center;margin:0;font-size:13.5px;color:var(--soft)}
    .kinds svg{flex:none}
    .topics{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:26px 44px;margin-bottom:40px}
    .topics p{margin:4px 0 0;font-size:14.5px;line-height:1.6;color:#33414e}
    .run{margin:8px 0 14px;font-size:13.5px}
    .run div{display:grid;grid-template-columns:230px minmax(0,1fr);gap:14px;padding:5px 0;border-top:1px solid var(--line)}
    .run dt{color:var(--soft)}.run dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    .glossary{columns:2;column-gap:44px;margin:8px 0 34px;font-size:13.5px;line-height:1.5}
    .glossary div{break-inside:avoid;padding:4px 0;border-top:1px solid var(--line)}
    .glossary dt{font-weight:600}.glossary dd{margin:0;color:var(--soft)}
    .reply p{margin:0 0 12px}.copy{font-size:15px;max-width:52em}.notice ul{margin:6px 0 0;padding-left:20px}
    .answer details{margin:0 0 28px}
    .bottom{margin-top:60px;background:var(--ground);color:var(--soft);font-size:13px;padding:22px 0 30px}
    .bottom p{margin:0 0 4px}code{font-family:"DejaVu Sans Mono",Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
    #vg-tooltip-element{font-family:inherit!important;font-size:12.5px!important;border-radius:5px!important}

    """

  private static let narrow = """
    @media(max-width:860px){.split{grid-template-columns:minmax(0,1fr);gap:10px}}
    @media(max-width:560px){.wrap{padding:0 18px}.top .wrap{flex-direction:column;gap:2px}.edition{white-space:normal}
    .answer{padding-top:28px}h1{font-size:25px}.reply{font-size:17px;margin-bottom:22px}h2{font-size:22px}
    section{padding:40px 0 4px}.facts{grid-template-columns:1fr 1fr}.fact b{font-size:22px}.fact{padding-right:12px}
    nav{gap:4px 18px;font-size:14px}.run div{grid-template-columns:1fr;gap:0}.lead{font-size:15.5px;margin-bottom:26px}
    .topics{grid-template-columns:minmax(0,1fr)}.glossary{columns:1}}

    """

  private static let paper = """
    @page{size:A4;margin:16mm 15mm}
    @media print{body{font-size:10pt}.wrap{max-width:none;padding:0}.top{background:none;color:#000;border-bottom:1pt solid #000}
    .top .brand span,.top .edition{color:#000}nav,details:not([open]),.skip{display:none}h1{font-size:20pt}.reply{font-size:12pt}
    section{padding:18pt 0 0}figure{break-inside:avoid;margin-bottom:18pt}h2,h3,figcaption{break-after:avoid}
    .split{grid-template-columns:minmax(0,1fr)}.moved,.bottom{background:none;border:.5pt solid #bbb}.scroll{max-height:none;overflow:visible}
    .chart svg{max-width:100%;height:auto}th{position:static}thead{display:table-header-group}tr,.fact,.moved li,.glossary div{break-inside:avoid}
    table{font-size:8.5pt}td,th{padding-right:8px}a{color:inherit;text-decoration:none}
    .assumed,.notice{-webkit-print-color-adjust:exact;print-color-adjust:exact}}

    """
}
