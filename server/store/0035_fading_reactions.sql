-- What goes with time. Rejections do not: without this each tidying would pass over all old ones.
CREATE INDEX reactions_fading ON reactions (at) WHERE kind NOT IN ('not_for_me', 'report');
