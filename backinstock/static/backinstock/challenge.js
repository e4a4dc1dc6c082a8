// Solves the puzzle of the hosted form when it is sent: the number behind a hash (ALTCHA).
(() => {
  const form = document.querySelector("form[data-challenge]");
  const AT_ONCE = 500;

  const hex = (buffer) =>
    Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const hash = async (puzzle, number) =>
    hex(await crypto.subtle.digest(puzzle.algorithm, new TextEncoder().encode(puzzle.salt + number)));

  async function solve() {
    const puzzle = await (await fetch(form.dataset.challenge)).json();
    for (let start = 0; start <= puzzle.maxnumber; start += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, place) => start + place);
      const hashes = await Promise.all(numbers.map((number) => hash(puzzle, number)));
      const place = hashes.indexOf(puzzle.challenge);
      if (place >= 0) {
        const { algorithm, challenge, salt, signature } = puzzle;
        return btoa(JSON.stringify({ algorithm, challenge, number: start + place, salt, signature }));
      }
    }
    return "";
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const label = button.textContent;
    button.disabled = true;
    button.textContent = form.dataset.sending;
    try {
      form.elements.altcha.value = await solve();
    } catch {
      form.elements.altcha.value = ""; // the server says what is wrong
    }
    button.disabled = false;
    button.textContent = label;
    form.submit();
  });
})();
