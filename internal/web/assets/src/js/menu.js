// The side menu is open where there is room for it and closed on phones.
export function closeMenu() {
  if (!matchMedia("(max-width:62rem)").matches) return;
  for (const d of document.querySelectorAll("details.nav-d")) d.open = false;
}
