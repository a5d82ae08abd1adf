-- Files of earlier releases hold the manifest of a parent that is not public, or gone.
INSERT INTO redactions (clip)
SELECT c.id FROM clips AS c LEFT JOIN clips AS p ON p.id = c.parent
WHERE c.parent IS NOT NULL AND (p.id IS NULL OR p.visibility <> 'public')
ON CONFLICT DO NOTHING;
