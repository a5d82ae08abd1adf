-- What earlier releases wrote of a clip names a parent that is not public: it is signed anew, and
-- tells of its family as it is named in its files.
INSERT INTO redactions (clip)
SELECT c.id FROM clips AS c JOIN clips AS p ON p.id = c.parent WHERE p.visibility <> 'public'
ON CONFLICT DO NOTHING;
