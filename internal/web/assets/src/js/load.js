// Fetches what only some pages need, once, when a page needs it.
const loading = new Map();

function script(url) {
  if (!loading.has(url)) {
    loading.set(
      url,
      new Promise((resolve, reject) => {
        const s = document.createElement("script");
        s.src = url;
        s.onload = resolve;
        s.onerror = reject;
        document.head.append(s);
      }),
    );
  }
  return loading.get(url);
}

// enhanceSelects turns <select data-autocomplete="URL of autocomplete.js"> into search fields.
export async function enhanceSelects(root) {
  const selects = [...root.querySelectorAll("select[data-autocomplete]:not([multiple])")];
  if (!selects.length) return;
  await script(selects[0].dataset.autocomplete);
  window.banliAutocomplete(selects);
}
