// A page on a wall heals itself.
// Blazor gives up after a while, or comes back to a service that was started anew: then the page is loaded again, as soon as the service answers.
const lost = document.getElementById('components-reconnect-modal');
let waiting = false;
async function reload() {
  if (waiting) return;
  waiting = true;
  for (;;) {
    try {
      if ((await fetch('/healthz/live', { cache: 'no-store' })).ok) return location.reload();
    } catch {
      // The service is still away: asked again.
    }
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
}
if (lost) {
  new MutationObserver(() => {
    if (/components-reconnect-(failed|rejected)/.test(lost.className)) reload();
  }).observe(lost, { attributes: true, attributeFilter: ['class'] });
}
