"""Where somebody passed, and who was near: questions, whom they are about, what is found."""
