"""The room of the page on talks: choose one, bring one, take a handout along."""
