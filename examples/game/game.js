// A player's page: join the match, score, and see every goal the moment it is scored.
import { enter } from "/page.js";

const form = document.querySelector("form");
const status = document.querySelector("[role=status]");
const score = document.querySelector("button[type=button]");
const goals = document.querySelector("ol");
const count = new Map();

function announce(message) {
  const player = message.text.replace(/^Goal by /, "");
  if (player === message.text) return;
  count.set(player, (count.get(player) ?? 0) + 1);
  const goal = document.createElement("li");
  goal.textContent = message.text;
  goals.prepend(goal);
  status.textContent = [...count].map(([name, goals]) => `${name} ${goals}`).join(" · ");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const player = new FormData(form).get("player");
  try {
    const send = await enter("Match", player, announce);
    score.addEventListener("click", () => send(`Goal by ${player}`));
    form.hidden = true;
    score.hidden = false;
  } catch (error) {
    status.textContent = error.message;
  }
});
