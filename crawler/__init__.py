"""The crawler: fetches article pages politely, keeps them in one SQLite file, and has them cleaned by `cleaners`."""
