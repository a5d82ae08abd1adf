-- Handles that look alike (model.skeleton) belong to one person.
CREATE INDEX people_by_skeleton ON people (
    rtrim(replace(replace(replace(replace(replace(
        handle, 'm', 'rn'), '1', 'l'), '0', 'o'), '__', '_'), '__', '_'), '_')
);
