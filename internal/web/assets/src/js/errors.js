// focusErrors moves focus to the error summary of a page that shows errors.
export function focusErrors(root) {
  root.querySelector("[data-err-sum]")?.focus();
}

// A link of the summary shows the label of its field and focuses the control.
document.addEventListener("click", (e) => {
  const link = e.target.closest?.('[data-err-sum] a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  e.preventDefault();
  const control = target.matches("input,select,textarea,button") ? target : target.querySelector("input,select,textarea,button");
  const label = document.querySelector(`label[for="${CSS.escape(target.id)}"]`) ?? target.closest("fieldset") ?? target;
  label.scrollIntoView();
  (control ?? target).focus({ preventScroll: true });
});
