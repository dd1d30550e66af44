// Styles of a GeoPackage as QGIS keeps them, metadata as GDAL keeps it.
#include "geopackage_internal.h"

#include <string.h>

static ig_status create_styles(struct package *p)
{
    ig_status status = gpkg_execute(
        p,
        "CREATE TABLE \"layer_styles\" (\"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "\"f_table_catalog\" TEXT(256), \"f_table_schema\" TEXT(256), \"f_table_name\" TEXT(256), "
        "\"f_geometry_column\" TEXT(256), \"styleName\" TEXT(30), \"styleQML\" TEXT, \"styleSLD\" "
        "TEXT, \"useAsDefault\" BOOLEAN, \"description\" TEXT, \"owner\" TEXT(30), \"ui\" "
        "TEXT(30), \"update_time\" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))");
    if (!status)
        status =
            gpkg_execute_format(p,
                                "INSERT INTO gpkg_contents VALUES "
                                "('layer_styles','attributes','layer_styles','',%Q,NULL,NULL,NULL,"
                                "NULL,0)",
                                p->date);
    if (!status) status = gpkg_remember(p, "layer_styles", NULL, 0);
    p->styles = !status;
    return status;
}

/// At most so many characters of a UTF-8 text.
static void first_characters(const char *text, size_t most, char *out, size_t room)
{
    size_t at = 0, count = 0;
    while (text[at]) {
        if (((unsigned char)text[at] & 0xc0) != 0x80 && count++ == most) break;
        at++;
    }
    if (at >= room) at = room - 1;
    memcpy(out, text, at);
    out[at] = 0;
}

ig_status gpkg_add_style(void *state, const char *layer, const char *style, const char *qml,
                         const char *sld, bool is_default)
{
    struct package *p = state;
    char name[128];
    const char *geometry = NULL;
    ig_status status = IG_OK;
    for (size_t i = 0; i < p->count; i++)
        if (!strcmp(p->tables[i].name, layer)) geometry = p->tables[i].geometry;
    if (!geometry)
        return ig_fail(p->ctx, IG_EINVAL, "%s: a style for the layer %s, which has no shapes here",
                       p->path, ig_show(layer));
    if (!p->styles) status = create_styles(p);
    if (status) return status;
    first_characters(style, 30, name, sizeof name);
    if (is_default)
        status = gpkg_execute_format(
            p, "UPDATE layer_styles SET useAsDefault=0 WHERE f_table_name=%Q", layer);
    if (!status)
        status = gpkg_execute_format(p,
                                     "INSERT INTO layer_styles (f_table_catalog,f_table_schema,"
                                     "f_table_name,f_geometry_column,styleName,styleQML,styleSLD,"
                                     "useAsDefault,description,owner,update_time) VALUES "
                                     "('','',%Q,%Q,%Q,%Q,%Q,%d,%Q,'',%Q)",
                                     layer, geometry, name, qml ? qml : "", sld ? sld : "",
                                     is_default ? 1 : 0, style, p->date);
    for (size_t i = 0; i < p->count && !status; i++)
        p->tables[i].rows += !strcmp(p->tables[i].name, "layer_styles");
    return status;
}

static void append_xml(ig_text *text, const char *raw)
{
    for (const char *c = raw; *c; c++) {
        const char *entity = *c == '&'   ? "&amp;"
                             : *c == '<' ? "&lt;"
                             : *c == '>' ? "&gt;"
                             : *c == '"' ? "&quot;"
                                         : NULL;
        if (entity)
            ig_text_append(text, entity);
        else if ((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t')
            ig_text_append_bytes(text, c, 1);
    }
}

ig_status gpkg_add_metadata(void *state, const char *key, const char *value)
{
    struct package *p = state;
    ig_text_append(&p->metadata, "    <MDI key=\"");
    append_xml(&p->metadata, key);
    ig_text_append(&p->metadata, "\">");
    append_xml(&p->metadata, value);
    ig_text_append(&p->metadata, "</MDI>\n");
    return p->metadata.failed ? gpkg_no_memory(p) : IG_OK;
}

ig_status gpkg_write_metadata(struct package *p)
{
    if (!p->metadata.length) return IG_OK;
    ig_status status = gpkg_execute(
        p, "CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT "
           "NULL,md_scope TEXT NOT NULL DEFAULT 'dataset',md_standard_uri TEXT NOT NULL,mime_type "
           "TEXT NOT NULL DEFAULT 'text/xml',metadata TEXT NOT NULL DEFAULT '');"
           "CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL,table_name "
           "TEXT,column_name TEXT,row_id_value INTEGER,timestamp DATETIME NOT NULL DEFAULT "
           "(strftime('%Y-%m-%dT%H:%M:%fZ','now')),md_file_id INTEGER NOT NULL,md_parent_id "
           "INTEGER,CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES "
           "gpkg_metadata(id),CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES "
           "gpkg_metadata(id));"
           "INSERT INTO gpkg_extensions VALUES ('gpkg_metadata',NULL,'gpkg_metadata',"
           "'http://www.geopackage.org/spec120/#extension_metadata','read-write'),"
           "('gpkg_metadata_reference',NULL,'gpkg_metadata',"
           "'http://www.geopackage.org/spec120/#extension_metadata','read-write')");
    if (!status)
        status = gpkg_execute_format(p,
                                     "INSERT INTO gpkg_metadata VALUES "
                                     "(1,'dataset','http://gdal.org','text/xml',%Q)",
                                     "");
    ig_text whole = {0};
    ig_text_append(&whole, "<GDALMultiDomainMetadata>\n  <Metadata>\n");
    ig_text_append(&whole, p->metadata.data);
    ig_text_append(&whole, "  </Metadata>\n</GDALMultiDomainMetadata>\n");
    if (!status && whole.failed) status = gpkg_no_memory(p);
    if (!status)
        status = gpkg_execute_format(p, "UPDATE gpkg_metadata SET metadata=%Q", whole.data);
    if (!status)
        status = gpkg_execute_format(p,
                                     "INSERT INTO gpkg_metadata_reference VALUES "
                                     "('geopackage',NULL,NULL,NULL,%Q,1,NULL)",
                                     p->date);
    ig_text_free(&whole);
    return status;
}
