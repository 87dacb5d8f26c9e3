// Shows and hides questions as the server would: data-show-when holds an array of arrays of
// {name, in, not, absent}; a question is shown when all tests of any inner array hold. A hidden
// question's answer counts as none. The server leaves hidden answers out by itself.
export function showConditional(root) {
  const forms = root.matches?.("form") ? [root] : root.querySelectorAll("form");
  forms.forEach(refresh);
}

function refresh(form) {
  for (const el of form.querySelectorAll("[data-show-when]")) {
    el.hidden = !JSON.parse(el.dataset.showWhen).some((all) => all.every((test) => holds(form, test)));
  }
  for (const s of form.querySelectorAll("[data-section]")) {
    s.hidden = ![...s.querySelectorAll(".fld")].some((f) => !f.closest("[data-show-when][hidden]"));
  }
}

function holds(form, test) {
  const values = valuesOf(form, test.name);
  if (!values.length) return !!test.absent;
  const hit = test.in ? values.some((v) => test.in.includes(v)) : true;
  return hit !== !!test.not;
}

function valuesOf(form, name) {
  const found = form.elements.namedItem(name);
  if (!found) return [];
  const controls = found instanceof RadioNodeList ? [...found] : [found];
  const values = [];
  for (const c of controls) {
    if (c.closest("[data-show-when][hidden]")) continue;
    if ((c.type === "radio" || c.type === "checkbox") && !c.checked) continue;
    const chosen = c.selectedOptions ? [...c.selectedOptions].map((o) => o.value) : [c.value];
    values.push(...chosen.filter((v) => v !== ""));
  }
  return values;
}

document.addEventListener("change", (e) => {
  if (e.target.form?.querySelector("[data-show-when]")) refresh(e.target.form);
});
