-- The tool that the links were exported from, such as Ahrefs, if they were added from a file; NULL for a request to the API.
-- Nothing was requested then: mode is 'file', and num and quoted are 0.
ALTER TABLE requests ADD COLUMN tool TEXT;
