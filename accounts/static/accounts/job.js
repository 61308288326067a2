// Progress of a long job: asked each second, told by the page itself when it is over.

const box = document.querySelector("[data-job]");

async function ask() {
  try {
    const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.redirected || !answer.ok) return location.reload();
    const job = await answer.json();
    if (job.fini) return location.reload();
    say("[data-job-state]", job.libelle.charAt(0).toUpperCase() + job.libelle.slice(1));
    say("[data-job-step]", job.etape);
    box.querySelector("[data-job-bar]").value = job.pourcent;
  } catch {
    say("[data-job-step]", "La connexion est coupée. Nouvel essai…");
  }
  setTimeout(ask, 1000);
}

// A live region that is written again with the same words would be read again.
function say(where, text) {
  const place = box.querySelector(where);
  if (place.textContent !== text) place.textContent = text;
}

if (box) setTimeout(ask, 500);
