-- Of a stranger one notice of a kind an hour, seen or not.
DROP INDEX notices_by_actor;
CREATE INDEX notices_by_actor ON notices (person, actor, at);
