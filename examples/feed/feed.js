// Shows the feed, newest post at the top.
import { enter } from "/page.js";

const status = document.querySelector("[role=status]");
const posts = document.querySelector("ol");

function show(message) {
  const post = document.createElement("li");
  post.textContent = message.text;
  posts.prepend(post);
}

try {
  await enter("News", "Reader", show);
  status.textContent = "New posts appear by themselves.";
} catch (error) {
  status.textContent = error.message;
}
