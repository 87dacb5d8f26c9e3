// The one module that knows htmx's event names; they differ between its major versions.

const progressText = (e) => {
  const box = e.target.querySelector?.("[data-progress]");
  if (!box || !e.detail.lengthComputable) return;
  box.hidden = false;
  const share = Math.floor((100 * e.detail.loaded) / e.detail.total);
  box.querySelector("progress").value = share;
  box.querySelector("[data-progress-text]").textContent = box.dataset.progress.replace("{p}", share);
};

// onSwap calls f with every piece of page that arrives later, once it is in place. Focus stays
// where it was; where its element went, the piece's [data-focus] or its first heading gets it.
export function onSwap(f) {
  let focused = null;
  document.addEventListener("htmx:beforeSwap", () => (focused = document.activeElement));
  document.addEventListener("htmx:xhr:progress", progressText);
  document.addEventListener("htmx:afterSettle", (e) => {
    const piece = e.detail.elt;
    f(piece);
    const wanted = piece.querySelector("[data-focus]");
    if (wanted) return wanted.focus();
    const lost = focused && !focused.isConnected && (document.activeElement ?? document.body) === document.body;
    if (!lost) return;
    const again = focused.id && document.getElementById(focused.id);
    const heading = again || piece.querySelector("h1,h2,h3");
    if (!heading) return;
    if (!again) heading.tabIndex = -1;
    heading.focus();
  });
}

// onFailure calls f with the element whose request got no usable answer.
export function onFailure(f) {
  document.addEventListener("htmx:sendError", (e) => f(e.detail.elt));
  document.addEventListener("htmx:responseError", (e) => f(e.detail.elt));
}

// onIdle calls f with the element whose request ended, however it ended.
export function onIdle(f) {
  document.addEventListener("htmx:afterRequest", (e) => f(e.detail.elt));
}
