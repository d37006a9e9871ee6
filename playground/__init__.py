"""A GitHub on localhost: what a newcomer tries the bot on, and what the tests hold it against."""
