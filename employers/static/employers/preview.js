// A region that answers while a form is being filled. Without this module the same words come after sending.

const region = document.querySelector("[data-preview]");
if (region) {
  const form = document.querySelector("main form[method='post']");
  const watched = region.dataset.watch.split(" ");
  let asked = 0;
  const show = async () => {
    const query = new URLSearchParams(watched.map((name) => [name, form.elements[name]?.value ?? ""]));
    const mine = ++asked;
    try {
      const answer = await fetch(`${region.dataset.preview}?${query}`);
      // Only the last question is answered.
      if (answer.ok && mine === asked) region.innerHTML = await answer.text();
    } catch {
      region.replaceChildren();
    }
  };
  for (const name of watched) form.elements[name]?.addEventListener("change", show);
  show();
}
