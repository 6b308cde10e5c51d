-- Keys of ASP.NET data protection: what a page hands to a browser and takes back. They protect no money and no person.
CREATE TABLE page_key (
    name     text PRIMARY KEY,
    document text NOT NULL
);
