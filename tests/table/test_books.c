// Workbooks: XLSX and ODS.
#include "help.h"

#include <zip.h>

/// A zip of parts (name, text, ..., NULL) in the folder of the test.
static const char *zipped(struct help *help, const char *name, const char *const *parts)
{
    const char *path = help_path(help, name);
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(zip);
    for (size_t i = 0; parts[i]; i += 2) {
        zip_source_t *source = zip_source_buffer(zip, parts[i + 1], strlen(parts[i + 1]), 0);
        assert_non_null(source);
        const zip_int64_t number = zip_file_add(zip, parts[i], source, 0);
        assert_true(number >= 0);
        if (strcmp(parts[i], "mimetype") == 0) {
            zip_set_file_compression(zip, (zip_uint64_t)number, ZIP_CM_STORE, 0);
        }
    }
    assert_int_equal(zip_close(zip), 0);
    return path;
}

static const char types[] =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
static const char links[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_links[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://x/relationships/worksheet\" "
    "Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"http://x/relationships/worksheet\" "
    "Target=\"/xl/worksheets/sheet2.xml\"/>"
    "<Relationship Id=\"rId3\" Type=\"http://x/relationships/sharedStrings\" "
    "Target=\"sharedStrings.xml\"/>"
    "<Relationship Id=\"rId4\" Type=\"http://x/relationships/styles\" "
    "Target=\"styles.xml\"/></Relationships>";
static const char book[] =
    "<workbook xmlns:r=\"http://x/relationships\"><sheets><sheet name=\"Notes\" sheetId=\"7\" "
    "r:id=\"rId2\"/><sheet name=\"Data &amp; more\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
    "</workbook>";
static const char strings[] =
    "<sst><si><t>code</t></si><si><r><t>patients</t></r><r><t xml:space=\"preserve\"> seen</t>"
    "</r><rPh><t>no</t></rPh></si><si><t>E01000001</t></si><si><t>a_x000A_b</t></si></sst>";
static const char styles[] =
    "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/><numFmt "
    "numFmtId=\"165\" formatCode=\"0.0&quot;days&quot;\"/></numFmts><cellStyleXfs><xf "
    "numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf "
    "numFmtId=\"165\"/></cellXfs></styleSheet>";
static const char notes[] = "<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>About"
                            "</t></is></c></row></sheetData></worksheet>";

static const char *workbook(struct help *help, const char *sheet, const char *second)
{
    const char *const parts[] = {"[Content_Types].xml",
                                 types,
                                 "_rels/.rels",
                                 links,
                                 "xl/workbook.xml",
                                 book,
                                 "xl/_rels/workbook.xml.rels",
                                 book_links,
                                 "xl/sharedStrings.xml",
                                 strings,
                                 "xl/styles.xml",
                                 styles,
                                 "xl/worksheets/sheet1.xml",
                                 sheet,
                                 "xl/worksheets/sheet2.xml",
                                 second,
                                 NULL};
    return zipped(help, "a.xlsx", parts);
}

static const char data[] =
    "<worksheet><sheetData>"
    "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c>"
    "<c r=\"C2\" t=\"inlineStr\"><is><t>day</t></is></c><c r=\"D2\" t=\"str\"><v>x</v></c></row>"
    "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\"><v>8.797653958944282E-2</v></c>"
    "<c r=\"C3\" s=\"1\"><v>43861</v></c></row>"
    "<row r=\"4\"><c r=\"A4\" t=\"s\"><v>3</v></c><c r=\"B4\" s=\"2\"><f>1+1</f><v>2</v></c>"
    "<c r=\"D4\" t=\"b\"><v>1</v></c></row>"
    "<row r=\"9\"><c r=\"A9\" t=\"inlineStr\"><is><t>E01000003</t></is></c>"
    "<c r=\"C9\" t=\"e\"><v>#N/A</v></c></row>"
    "</sheetData></worksheet>";

static void xlsx_cells_are_text_in_their_place(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, workbook(help, data, notes), NULL);
    assert_int_equal(ig_table_columns(table), 4);
    assert_int_equal(ig_table_rows(table), 3);
    assert_string_equal(ig_table_column_name(table, 1), "patients seen");
    assert_int_equal(ig_table_line(table, 0), 3);
    assert_int_equal(ig_table_line(table, 2), 9);
    assert_string_equal(ig_table_line_word(table), "row");
    assert_string_equal(ig_table_text(table, 0, 1), "8.797653958944282E-2");
    assert_string_equal(ig_table_text(table, 0, 2), "2020-01-31");
    assert_string_equal(ig_table_text(table, 0, 3), "");
    assert_string_equal(ig_table_text(table, 1, 0), "a\nb");
    assert_string_equal(ig_table_text(table, 1, 1), "2");
    assert_string_equal(ig_table_text(table, 1, 3), "TRUE");
    assert_string_equal(ig_table_text(table, 2, 2), "#N/A");
    ig_table_free(table);
}

static void sheets_are_named_or_alone(void **state)
{
    struct help *help = *state;
    const char *path = workbook(help, data, data);
    help_refused(help, path, NULL, "2 sheets hold data.*'Notes', 'Data & more'(.|\n)*--sheet");
    ig_table_options options = ig_table_defaults();
    options.sheet = "data & More";
    ig_table *table = help_read(help, path, &options);
    assert_int_equal(ig_table_rows(table), 3);
    ig_table_free(table);
    options.sheet = "Note";
    help_refused(help, path, &options, "no sheet called 'Note'.*\n.*did you mean 'Notes'");
}

#define FORMULA_SHEET                                                                              \
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\">"      \
    "<v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><f>100+1</f>"      \
    "%s</c></row></sheetData></worksheet>"

static void a_formula_without_value_is_named_by_its_cell(void **state)
{
    struct help *help = *state;
    static const char *const values[] = {"", "<v></v>", "<v/>"};
    for (size_t i = 0; i < 3; i++) {
        char text[512];
        snprintf(text, sizeof text, FORMULA_SHEET, values[i]);
        help_refused(help, workbook(help, text, notes), NULL,
                     "sheet 'Data & more', cell B2: a formula without a stored value");
    }
}

#define NUMBER_SHEET                                                                               \
    "<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"      \
    "<row r=\"2\"><c><v>%s</v></c><c><v>5</v></c></row></sheetData></worksheet>"

static void codes_held_as_numbers_are_told_or_refused(void **state)
{
    struct help *help = *state;
    char text[512];
    snprintf(text, sizeof text, NUMBER_SHEET, "1001");
    ig_table *table = help_read(help, workbook(help, text, notes), NULL);
    assert_string_equal(ig_table_code(table, 0), "1001");
    assert_true(help_matches(ig_table_key_note(table), "1 codes.*held as numbers.*row 2"));
    ig_table_free(table);
    static const char *const broken[] = {"10.5", "1E+06", "9007199254740993", "-4"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, NUMBER_SHEET, broken[i]);
        help_refused(help, workbook(help, text, notes), NULL,
                     "row 2, column code: the code is held as the number");
    }
}

static void entities_are_refused_in_every_part(void **state)
{
    struct help *help = *state;
    static const char bomb[] = "<!DOCTYPE sst [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
                               "<sst><si><t>&b;</t></si></sst>";
    const char *const parts[] = {"_rels/.rels",
                                 links,
                                 "xl/workbook.xml",
                                 book,
                                 "xl/_rels/workbook.xml.rels",
                                 book_links,
                                 "xl/sharedStrings.xml",
                                 bomb,
                                 "[Content_Types].xml",
                                 types,
                                 NULL};
    help_refused(help, zipped(help, "b.xlsx", parts), NULL, "sharedStrings.xml has a DOCTYPE");
    help_refused(help, workbook(help, "<!DOCTYPE x><worksheet/>", notes), NULL,
                 "sheet1.xml has a DOCTYPE");
}

static void a_part_that_expands_beyond_the_budget_is_refused(void **state)
{
    struct help *help = *state;
    ig_text sheet = {0};
    ig_text_append(&sheet, "<worksheet><sheetData>");
    char *blanks = malloc(3 << 20);
    assert_non_null(blanks);
    memset(blanks, ' ', 3 << 20);
    ig_text_append_bytes(&sheet, blanks, 3 << 20);
    free(blanks);
    ig_text_append(&sheet, "</sheetData></worksheet>");
    ig_table_options options = ig_table_defaults();
    options.max_unpacked = 2;
    help_refused(help, workbook(help, sheet.data, data), &options,
                 "sheet1.xml expands.*limit of 2 MiB(.|\n)*--max-unpacked");
    ig_text_free(&sheet);
}

static void broken_xml_and_missing_parts_are_told(void **state)
{
    struct help *help = *state;
    help_refused(help, workbook(help, "<worksheet><sheetData></worksheet>", notes), NULL,
                 "sheet1.xml is corrupt");
    const char *sheet = "<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>99</v></c><c t=\"s\">"
                        "<v>1</v></c></row><row r=\"2\"><c><v>1</v></c><c><v>2</v></c></row>"
                        "</sheetData></worksheet>";
    help_refused(help, workbook(help, sheet, notes), NULL, "cell A1: a text that is not in");
    const char *const parts[] = {"xl/workbook.xml", book, "[Content_Types].xml", types, NULL};
    help_refused(help, zipped(help, "c.xlsx", parts), NULL, "_rels/.rels is missing");
}

static void what_is_written_reads_back(void **state)
{
    struct help *help = *state;
    ig_result *result = NULL;
    assert_int_equal(ig_result_new(2, &result), IG_OK);
    ig_column *column = NULL;
    assert_int_equal(ig_result_add(result, "area", IG_COLUMN_TEXT, &column), IG_OK);
    static const char odd[] = "=a <b> & \"c\"\n_x0041_\x01\xC3\xA9";
    assert_int_equal(ig_result_set_text(result, column, 0, odd), IG_OK);
    assert_int_equal(ig_result_set_text(result, column, 1, "E01000002"), IG_OK);
    assert_int_equal(ig_result_add(result, "minutes", IG_COLUMN_REAL, &column), IG_OK);
    column->number[0] = 0.1;
    column->number[1] = 1e-300;
    static const char *const names[] = {"a.xlsx", "a.gpkg"};
    for (size_t i = 0; i < 2; i++) {
        const char *path = help_path(help, names[i]);
        assert_int_equal(ig_result_write(help->ctx, result, path, "x", NULL), IG_OK);
        ig_table *table = help_read(help, path, NULL);
        assert_int_equal(ig_table_rows(table), 2);
        assert_string_equal(help_cell(table, 0, "area"), odd);
        const double *values;
        assert_int_equal(ig_table_numbers(help->ctx, table, help_column(help, table, "minutes"),
                                          IG_NUMBERS_ANY, &values),
                         IG_OK);
        assert_near(values[0], 0.1, 0);
        assert_near(values[1], 1e-300, 0);
        ig_table_free(table);
    }
    ig_result_free(result);
}

// ---- ODS ------------------------------------------------------------------------------------

static const char *ods(struct help *help, const char *tables)
{
    ig_text text = {0};
    ig_text_format(&text,
                   "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" "
                   "xmlns:text=\"x\"><office:body><office:spreadsheet>%s</office:spreadsheet>"
                   "</office:body></office:document-content>",
                   tables);
    const char *const parts[] = {"mimetype", "application/vnd.oasis.opendocument.spreadsheet",
                                 "content.xml", text.data, NULL};
    const char *path = zipped(help, "a.ods", parts);
    ig_text_free(&text);
    return path;
}

static const char ods_data[] =
    "<table:table table:name=\"Data\">"
    "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell "
    "table:number-columns-repeated=\"16384\"/></table:table-row>"
    "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>code</text:p>"
    "</table:table-cell><table:table-cell office:value-type=\"string\"><text:p>n<text:s "
    "text:c=\"2\"/>m</text:p><text:p>two</text:p></table:table-cell><table:table-cell "
    "office:value-type=\"string\"><office:annotation><text:p>not this</text:p>"
    "</office:annotation><text:p>d</text:p></table:table-cell><table:table-cell "
    "table:number-columns-repeated=\"16381\"/></table:table-row>"
    "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>E01000001</text:p>"
    "</table:table-cell><table:table-cell/><table:table-cell office:value-type=\"date\" "
    "office:date-value=\"2020-01-31\"><text:p>31/01/20</text:p></table:table-cell>"
    "</table:table-row>"
    "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell "
    "office:value-type=\"string\"><text:p>E01000002</text:p></table:table-cell>"
    "<table:table-cell office:value-type=\"float\" office:value=\"0.125\" "
    "table:formula=\"of:=1/8\" table:number-columns-repeated=\"2\"><text:p>0.13</text:p>"
    "</table:table-cell></table:table-row>"
    "<table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell "
    "table:number-columns-repeated=\"16384\"/></table:table-row></table:table>";

static void ods_cells_are_text_in_their_place(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, ods(help, ods_data), NULL);
    assert_int_equal(ig_table_columns(table), 3);
    assert_int_equal(ig_table_rows(table), 3);
    assert_string_equal(ig_table_column_name(table, 1), "n  m\ntwo");
    assert_string_equal(ig_table_column_name(table, 2), "d");
    assert_int_equal(ig_table_line(table, 0), 4);
    assert_int_equal(ig_table_line(table, 2), 6);
    assert_string_equal(ig_table_text(table, 0, 1), "");
    assert_string_equal(ig_table_text(table, 0, 2), "2020-01-31");
    assert_string_equal(ig_table_text(table, 2, 2), "0.125");
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    ig_table_free(table);
}

static void ods_sheets_are_chosen_like_those_of_xlsx(void **state)
{
    struct help *help = *state;
    ig_text two = {0};
    ig_text_append(&two, ods_data);
    ig_text_append(&two, ods_data);
    char *second = strstr(two.data + strlen(ods_data), "\"Data\"");
    memcpy(second, "\"More\"", 6);
    const char *path = ods(help, two.data);
    ig_text_free(&two);
    help_refused(help, path, NULL, "2 sheets hold data.*'Data', 'More'");
    ig_table_options options = ig_table_defaults();
    options.sheet = "More";
    ig_table *table = help_read(help, path, &options);
    assert_int_equal(ig_table_rows(table), 3);
    ig_table_free(table);
    char source[512];
    snprintf(source, sizeof source, "%s|layername=Data", path);
    table = help_read(help, source, NULL);
    assert_int_equal(ig_table_rows(table), 3);
    ig_table_free(table);
}

static void an_ods_formula_without_value_is_named(void **state)
{
    struct help *help = *state;
    help_refused(help,
                 ods(help, "<table:table table:name=\"D\"><table:table-row><table:table-cell "
                           "office:value-type=\"string\"><text:p>code</text:p></table:table-cell>"
                           "<table:table-cell office:value-type=\"string\"><text:p>n</text:p>"
                           "</table:table-cell></table:table-row><table:table-row>"
                           "<table:table-cell office:value-type=\"string\"><text:p>E01000001"
                           "</text:p></table:table-cell><table:table-cell "
                           "table:formula=\"of:=1+1\"/></table:table-row></table:table>"),
                 NULL, "sheet 'D', cell B2: a formula without a stored value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(xlsx_cells_are_text_in_their_place),
        help_test(sheets_are_named_or_alone),
        help_test(a_formula_without_value_is_named_by_its_cell),
        help_test(codes_held_as_numbers_are_told_or_refused),
        help_test(entities_are_refused_in_every_part),
        help_test(a_part_that_expands_beyond_the_budget_is_refused),
        help_test(broken_xml_and_missing_parts_are_told),
        help_test(what_is_written_reads_back),
        help_test(ods_cells_are_text_in_their_place),
        help_test(ods_sheets_are_chosen_like_those_of_xlsx),
        help_test(an_ods_formula_without_value_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
