namespace Ecny.Monitoring.Tests.Pages;

/// <summary>What a program can see of a page's looks. Each gives a list of offences.</summary>
internal static class PageScripts
{
    /// <summary>Panels outside of the screen's width, or with content that does not fit into them.</summary>
    public const string CutOff = """
        () => [...document.querySelectorAll('[data-panel], .city-targets, .ec-header')].flatMap(panel => {
          const box = panel.getBoundingClientRect(), offences = [];
          if (box.left < -1 || box.right > innerWidth + 1) offences.push(`${panel.dataset.panel} leaves the screen`);
          for (const inner of panel.querySelectorAll('td, th, dd, .city-big, .city-second, .ec-strip-times, .ec-map, .city-target, h2')) {
            const own = inner.getBoundingClientRect();
            if (own.width > 1 && (own.right > box.right + 1 || own.bottom > box.bottom + 1)) offences.push(`${panel.dataset.panel}: ${inner.textContent.trim().slice(0, 40)}`);
          }
          const cells = [...panel.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect());
          cells.forEach((row, i) => { if (i > 0 && row.top < cells[i - 1].bottom - 1) offences.push(`${panel.dataset.panel}: rows overlap`); });
          return offences;
        })
        """;

    /// <summary>Text below 4.5 : 1 (3 : 1 where it is large), against what really is behind it.</summary>
    public const string LowContrast = """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const parse = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
          const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
          const light = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
          const behind = element => {
            const stack = [];
            for (let e = element; e; e = e.parentElement) stack.push(parse(getComputedStyle(e).backgroundColor));
            let color = [255, 255, 255, 1];
            for (const layer of stack.reverse()) color = over(layer, color);
            const tile = element.closest('.ec-tile');
            if (tile) for (const name of ['.ec-tile-ground', '.ec-tile-fill']) {
              const style = getComputedStyle(tile.querySelector(name)), fill = parse(style.fill);
              fill[3] *= parseFloat(style.fillOpacity);
              color = over(fill, color);
            }
            return color;
          };
          const offences = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
            if (!text || !element.checkVisibility() || ['SCRIPT', 'STYLE'].includes(element.tagName) || element.closest('.ec-visually-hidden')) continue;
            const style = getComputedStyle(element), ground = behind(element);
            const ink = over(parse(element.closest('svg') ? style.fill : style.color), ground);
            const [a, b] = [light(ink), light(ground)], ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && parseInt(style.fontWeight) >= 700);
            if (ratio < (large ? 3 : 4.5)) offences.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
          }
          return offences;
        }
        """;

    /// <summary>Controls and pictures that a screen reader could not name; panels without a heading.</summary>
    public const string Nameless = """
        () => [...document.querySelectorAll('button, a, input, [role=img], [role=group], section, figure')].filter(e => e.checkVisibility()).filter(e =>
          !(e.getAttribute('aria-label') || document.getElementById(e.getAttribute('aria-labelledby'))?.textContent.trim() || e.textContent.trim() || e.title)).map(e => e.outerHTML.slice(0, 120))
        """;
}
