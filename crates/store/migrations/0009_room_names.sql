-- Only public rooms keep their name from others, so that nobody learns of a private one by trying names.
UPDATE rooms SET folded = NULL WHERE kind <> 0;
