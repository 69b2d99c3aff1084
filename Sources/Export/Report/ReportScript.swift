/// What the page does once it is open: draws every figure to the width it has.
enum ReportScript {
  static let text = """
    const specifications = JSON.parse(document.getElementById('agyn-charts').textContent);
    const copy = (value) => JSON.parse(JSON.stringify(value));
    const walk = (node, visit) => {
      if (!node || typeof node !== 'object') return;
      for (const key of Object.keys(node)) {
        if (key === 'values') continue;
        if (node[key]) visit(key, node[key], node);
        walk(node[key], visit);
      }
    };
    const wrapped = (text, letters) => {
      const lines = [''];
      for (const word of text.replace(/-/g, '- ').split(' ')) {
        const last = lines[lines.length - 1];
        const longer = last === '' ? word : last + (last.endsWith('-') ? '' : ' ') + word;
        if (last !== '' && longer.length > letters) lines.push(word);
        else lines[lines.length - 1] = longer;
      }
      return lines;
    };
    const fitted = (source, width, extra) => {
      const spec = copy(source);
      const plan = spec.usermeta.agyn;
      delete spec.title;
      spec.background = 'transparent';
      const narrow = width < 540;
      if (narrow) {
        spec.config.header = Object.assign({}, spec.config.header, { labelFontSize: 11 });
        walk(spec, (key, node, parent) => {
          if (key === 'axis' && node.labelLimit > 110) Object.assign(node, { labelLimit: 124, labelFontSize: 9.5 });
          if (key === 'legend' && typeof node === 'object' && parent.scale) {
            const entries = (parent.scale.domain || []).length;
            if (node.columns) node.columns = entries <= 5 ? 1 : 2;
            node.labelFontSize = 10;
            if (node.labelLimit !== 0) node.labelLimit = Math.floor((width - 60) / (node.columns || 2)) - 28;
          }
        });
      }
      if (plan.layout === 'facet') {
        const gap = 16;
        const count = (spec.facet.sort || []).length || 1;
        const margin = (narrow ? Math.min(plan.margin, 112) : plan.margin) + extra;
        const room = width - 12;
        const least = narrow && !plan.shared ? Math.min(plan.cell, 104) : plan.cell;
        const base = margin - extra;
        const each = Math.min(least, room - base) + (plan.shared ? 0 : base);
        const free = plan.shared ? room - margin : room;
        const most = spec.columns === 1 ? 1 : 6;
        const columns = Math.max(1, Math.min(count, most, Math.floor(((plan.shared ? room - base : room) + gap) / (each + gap))));
        spec.columns = columns;
        const cell = (free - gap * (columns - 1)) / columns - (plan.shared ? 0 : margin);
        spec.spec.width = Math.max(60, Math.floor(cell));
        const size = narrow ? 11 : 12;
        const letters = Math.floor(spec.spec.width / (size * 0.62));
        const lines = {};
        for (const name of spec.facet.sort || []) lines[name] = wrapped(name, letters);
        spec.config.header = Object.assign({}, spec.config.header, { labelLimit: spec.spec.width + 6 });
        spec.facet.header = Object.assign({}, spec.facet.header, {
          labelExpr: `(${JSON.stringify(lines)})[datum.label]`,
        });
        spec.spacing = typeof spec.spacing === 'object' ? { row: spec.spacing.row, column: gap } : gap;
      }
      return spec;
    };
    const draw = async (element) => {
      const source = specifications[element.dataset.chart];
      const width = element.clientWidth;
      let extra = 0;
      for (let turn = 0; turn < 4; turn += 1) {
        const result = await window.vegaEmbed(element, fitted(source, width, extra), {
          actions: false, renderer: 'svg', tooltip: { theme: 'light' }, logLevel: 1,
        });
        element.view?.finalize?.();
        element.view = result.view;
        const svg = element.querySelector('svg');
        const over = svg ? Number(svg.getAttribute('width')) - width : 0;
        if (over <= 0.5 || source.usermeta.agyn.layout !== 'facet') break;
        extra += Math.ceil(over / (source.usermeta.agyn.shared ? 1 : result.spec.columns || 1)) + 1;
      }
      element.dataset.width = String(width);
      element.dataset.drawn = 'yes';
    };
    const elements = [...document.querySelectorAll('.chart')];
    let turn = 0;
    const drawAll = async () => {
      document.documentElement.dataset.charts = 'drawing';
      const mine = ++turn;
      for (const element of elements) {
        if (mine !== turn) return;
        if (element.closest('details:not([open])')) continue;
        const isStale = element.dataset.width !== String(element.clientWidth);
        if (isStale) await draw(element).catch((fault) => console.error(fault));
        await new Promise((done) => setTimeout(done));
      }
      document.documentElement.dataset.charts = 'drawn';
    };
    for (const fold of document.querySelectorAll('details.fold')) {
      fold.addEventListener('toggle', () => { if (fold.open) drawAll(); });
    }
    addEventListener('beforeprint', () => {
      for (const fold of document.querySelectorAll('details.fold')) fold.open = true;
    });
    let timer;
    addEventListener('resize', () => {
      clearTimeout(timer);
      timer = setTimeout(drawAll, 150);
    });
    drawAll();
    """
}
