// A head checkbox [data-all="name"] ticks every box of that name in its form or table.
document.addEventListener("change", (e) => {
  const name = e.target.dataset?.all;
  if (!name) return;
  const around = e.target.closest("form,table");
  for (const box of around.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) box.checked = e.target.checked;
});
