const controls = "input:not([type=hidden]),select,textarea,button";

// focusErrors moves focus to the error summary of a page that shows errors, or to what a page
// drawn anew asks for: [data-focus-on=id], such as the row just added.
export function focusErrors(root) {
  const wanted = root.querySelector("[data-focus-on]");
  const summary = root.querySelector("[data-err-sum]");
  if (summary) return summary.focus();
  const target = wanted && document.getElementById(wanted.dataset.focusOn);
  if (!target) return;
  (target.matches(controls) ? target : (target.querySelector(controls) ?? target)).focus();
}

// A link of the summary shows the label of its field and focuses the control.
document.addEventListener("click", (e) => {
  const link = e.target.closest?.('[data-err-sum] a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  e.preventDefault();
  const control = target.matches(controls) ? target : target.querySelector(controls);
  const label = document.querySelector(`label[for="${CSS.escape(target.id)}"]`) ?? target.closest("fieldset") ?? target;
  label.scrollIntoView();
  (control ?? target).focus({ preventScroll: true });
});
