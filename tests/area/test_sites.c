// Sites from tables and layers: placed by every kind of column, none moved or lost in silence.
#include "shapes_near.h"

static ig_status read_sites(ig_ctx *ctx, const char *path, const ig_site_options *options,
                            ig_sites **sites)
{
    *sites = NULL;
    return ig_sites_read(ctx, &path, 1, options, sites);
}

static void assert_placed(const ig_sites *sites, size_t i, const char *code, double x, double y,
                          double tolerance)
{
    assert_string_equal(ig_sites_code(sites, i), code);
    assert_near(ig_sites_x(sites, i), x, tolerance);
    assert_near(ig_sites_y(sites, i), y, tolerance);
}

static void columns_are_found_by_their_usual_names(void **state)
{
    (void)state;
    // Mill Lane at E 431025 N 381025; degrees to five decimals are right to a metre
    static const char *const tables[] = {
        "id,name,x,y\nC1,Mill Lane,431025,381025\n",
        "Site Code;Name;Easting;Northing\nC1;Mill Lane;431025;381025\n",
        "name\tcode\tEASTINGS\tNORTHINGS\tLatitude\tLongitude\nMill "
        "Lane\tc1\t431025\t381025\t0\t0\n",
        "id,name,Latitude,Longitude\nC1,Mill Lane,53.32525,-1.53571\n",
        "id,name,lat,long\nC1,Mill Lane,53.32525,-1.53571\n"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        ig_ctx *ctx = context();
        ig_sites *sites;
        put_file("sites.csv", tables[i]);
        assert_int_equal(read_sites(ctx, "sites.csv", NULL, &sites), IG_OK);
        assert_int_equal(ig_sites_count(sites), 1);
        assert_placed(sites, 0, "C1", 431025, 381025, 3.0);
        assert_string_equal(ig_sites_name(sites, 0), "Mill Lane");
        assert_int_equal(ig_sites_line(sites, 0), 2);
        ig_sites_free(sites);
        ig_ctx_free(ctx);
    }
}

static void columns_may_be_named(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_sites *sites;
    put_file("named.csv", "k,e,n,t\nA,431025,381025,yes\nB,432000,382000,no\n");
    ig_site_options options = ig_site_defaults();
    options.key = "k";
    options.easting = "e";
    options.northing = "n";
    options.name = "t";
    options.where = "t=no";
    assert_int_equal(read_sites(ctx, "named.csv", &options, &sites), IG_OK);
    assert_int_equal(ig_sites_count(sites), 1);
    assert_placed(sites, 0, "B", 432000, 382000, 0.0);
    assert_string_equal(ig_sites_name(sites, 0), "no");
    ig_sites_free(sites);
    options.northing = NULL;
    assert_int_equal(read_sites(ctx, "named.csv", &options, &sites), IG_EINVAL);
    assert_says(ig_ctx_message(ctx), "--easting is given without --northing");
    ig_ctx_free(ctx);
}

static void bad_sites_are_refused_with_the_right_words(void **state)
{
    (void)state;
    static const struct {
        const char *table, *says[2], *hint;
    } cases[] = {
        {"id,x,y\nC1,431025,381025\nC2,,383525\n", {"line 3", "field x"}, "--allow-unplaced"},
        {"id,x,y\nC1,431025,381025\nC1,433025,383025\n", {"C1", "line 3"}, NULL},
        {"id,x,y\nC1,-1.53,53.33\n", {"degrees", "x and y"}, "--sites-crs"},
        {"id,lon,lat\nC1,-1.53,53.33\n", {"degrees", "lon and lat"}, "--sites-crs"},
        {"id,x,y\nC1,431025,abc\n", {"line 2", "abc"}, NULL},
        {"id,x,y\nC1,431025,\"381025,5\"\n", {"line 2", "column y"}, "decimal point"},
        {"id,x,y\nC1,431025,381025\nC2,9431025,381025\n", {"C2", "outside"}, NULL},
        {"id,latitude,longitude\nC1,-1.5,53.3\n", {"swapped", "EPSG:27700"}, "longitude"},
        {"id,postcode\nC1,PO30 1AA\n", {"postcode", "no coordinates"}, "--postcodes"},
        {"id,town\nC1,Newport\n", {"no columns of coordinates", "town"}, "--easting"},
        {"town,x,y\nNewport,431025,381025\n", {"site codes", "town"}, "--sites-key"},
        {"id,x,y\n,431025,381025\n", {"line 2", "no code"}, "--sites-key"},
        {"id,x,y\n", {"no", "rows"}, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_ctx *ctx = context();
        ig_sites *sites;
        put_file("bad.csv", cases[i].table);
        assert_int_equal(read_sites(ctx, "bad.csv", NULL, &sites), IG_EFORMAT);
        assert_says(ig_ctx_message(ctx), cases[i].says[0]);
        assert_says(ig_ctx_message(ctx), cases[i].says[1]);
        if (cases[i].hint) assert_says(ig_ctx_hint(ctx), cases[i].hint);
        assert_null(sites);
        ig_ctx_free(ctx);
    }
}

static void degrees_in_any_columns_are_taken_when_their_crs_is_stated(void **state)
{
    (void)state;
    static const char *const tables[] = {"id,x,y\nC1,-1.53571,53.32525\n",
                                         "id,lon,lat\nC1,-1.53571,53.32525\n"};
    for (size_t i = 0; i < 2; i++) {
        ig_ctx *ctx = context();
        ig_sites *sites;
        ig_site_options options = ig_site_defaults();
        options.crs = "EPSG:4326";
        put_file("degrees.csv", tables[i]);
        assert_int_equal(read_sites(ctx, "degrees.csv", &options, &sites), IG_OK);
        assert_placed(sites, 0, "C1", 431025, 381025, 3.0);
        ig_sites_free(sites);
        ig_ctx_free(ctx);
    }
}

static void rows_without_coordinates_are_listed_when_allowed(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_sites *sites;
    ig_site_options options = ig_site_defaults();
    options.allow_unplaced = true;
    put_file("gaps.csv", "id,x,y\nC1,431025,381025\nC2,,383525\nC3,432000,382000\n");
    assert_int_equal(read_sites(ctx, "gaps.csv", &options, &sites), IG_OK);
    assert_int_equal(ig_sites_count(sites), 2);
    assert_placed(sites, 1, "C3", 432000, 382000, 0.0);
    assert_string_equal(ig_table_text(ig_sites_table(sites), 1, 0), "C3");
    assert_int_equal(ig_sites_unplaced_count(sites), 1);
    assert_string_equal(ig_sites_unplaced_code(sites, 0), "C2");
    assert_string_equal(ig_sites_unplaced_reason(sites, 0), "no coordinates");
    assert_warns(ctx, "C2 (line 3");
    ig_sites_free(sites);
    ig_ctx_free(ctx);
}

static void the_first_of_doubles_is_taken_when_asked(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_sites *sites;
    ig_site_options options = ig_site_defaults();
    options.duplicates = 3;
    put_file("twice.csv", "id,x,y\nC1,431025,381025\nC2,431000,381000\nc1 ,433025,383025\n");
    assert_int_equal(read_sites(ctx, "twice.csv", &options, &sites), IG_OK);
    assert_int_equal(ig_sites_count(sites), 2);
    assert_placed(sites, 0, "C1", 431025, 381025, 0.0);
    assert_warns(ctx, "C1 (line 4)");
    ig_sites_free(sites);
    ig_ctx_free(ctx);
}

/// Code-Point Open as issued: no header, padded postcodes, quality 90 for those without a place.
static void postcodes_are_looked_up_in_files_folders_and_headed_tables(void **state)
{
    (void)state;
    assert_int_equal(system("rm -rf codepoint && mkdir -p codepoint/Data/CSV codepoint/Doc"), 0);
    put_file("codepoint/Data/CSV/po.csv",
             "\"PO1 1AA\",10,464342,100366,\"E92000001\"\r\n"
             "\"PO301AA\",10,450000,89000,\"E92000001\"\r\n\"PO309ZZ\",90,0,0,\"E92000001\"\r\n");
    put_file("codepoint/Doc/headings.csv",
             "PC,PQ,EA,NO\r\nPostcode,Quality,Eastings,Northings\r\n");
    put_file("onspd.csv", "pcd,pcds,oseast1m,osnrth1m,osgrdind\n\"PO1 1AA\",\"PO1 1AA\",464342,"
                          "100366,1\nPO301AA,PO30 1AA,450000,89000,1\nPO309ZZ,PO30 9ZZ,,,9\n");
    put_file("practices.csv", "code,name,postcode\nA1,One,po30 1aa\nA2,Two,PO11AA\n"
                              "A3,Three,PO30 9ZZ\nA4,Four,XX1 1XX\nA5,Five,\n");
    static const char *const sources[] = {"codepoint", "codepoint/Data/CSV/po.csv", "onspd.csv"};
    for (size_t i = 0; i < 3; i++) {
        ig_ctx *ctx = context();
        ig_sites *sites;
        ig_site_options options = ig_site_defaults();
        options.postcodes = (ig_texts){&sources[i], 1};
        assert_int_equal(read_sites(ctx, "practices.csv", &options, &sites), IG_OK);
        assert_int_equal(ig_sites_count(sites), 2);
        assert_placed(sites, 0, "A1", 450000, 89000, 0.0);
        assert_placed(sites, 1, "A2", 464342, 100366, 0.0);
        assert_int_equal(ig_sites_unplaced_count(sites), 3);
        assert_string_equal(ig_sites_unplaced_reason(sites, 0), "postcode without a place");
        assert_string_equal(ig_sites_unplaced_reason(sites, 1), "postcode not in the files");
        assert_string_equal(ig_sites_unplaced_reason(sites, 2), "no postcode");
        assert_warns(ctx, "3 of 5 sites have no place");
        ig_sites_free(sites);
        ig_ctx_free(ctx);
    }
}

static void active_practices_of_the_register_are_placed_as_counted(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_sites *sites;
    char file[1100];
    snprintf(file, sizeof file, "%s", shared("data/nhs_sites/epraccur.csv"));
    const char *zip = shared("data/postcodes/codepo_gb_nw_po_le_pe.zip");
    ig_site_options options = ig_site_defaults();
    options.header = "code,name,c3,c4,a1,a2,a3,a4,a5,postcode,c11,c12,status,c14,c15,c16,c17,c18,"
                     "c19,c20,c21,c22,c23,c24,c25,setting,c27";
    options.where = "status=A,setting=4";
    options.postcodes = (ig_texts){&zip, 1};
    assert_int_equal(read_sites(ctx, file, &options, &sites), IG_OK);
    assert_int_equal(ig_sites_count(sites), 1326); // data/README.md
    assert_int_equal(ig_sites_count(sites) + ig_sites_unplaced_count(sites), 6891);
    ig_sites_free(sites);
    ig_ctx_free(ctx);
}

static void points_of_layers_are_sites(void **state)
{
    (void)state;
    static const char points[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"id\":\"C1\",\"name\":\"One\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[-1.53571,53.32525]}},{\"type\":\"Feature\",\"properties\":{\"id\":\"C2\",\"name\":"
        "\"Two\"},\"geometry\":{\"type\":\"MultiPoint\",\"coordinates\":[[-1.5,53.3]]}}]}";
    put_file("points.geojson", points);
    static const char *const forms[][2] = {
        {NULL, "points.geojson"}, {"GPKG", "points.gpkg"}, {"ESRI Shapefile", "points.shp"}};
    for (size_t i = 0; i < 3; i++) {
        if (forms[i][0] && !have_program("ogr2ogr")) {
            print_message("skipped: ogr2ogr is not there\n");
            continue;
        }
        char command[256];
        snprintf(command, sizeof command,
                 "rm -f %s; ogr2ogr -f '%s' %s points.geojson -explodecollections 2>/dev/null",
                 forms[i][1], forms[i][0] ? forms[i][0] : "", forms[i][1]);
        if (forms[i][0]) assert_int_equal(system(command), 0);
        ig_ctx *ctx = context();
        ig_sites *sites;
        assert_int_equal(read_sites(ctx, forms[i][1], NULL, &sites), IG_OK);
        assert_int_equal(ig_sites_count(sites), 2);
        assert_placed(sites, 0, "C1", 431025, 381025, 3.0);
        assert_string_equal(ig_sites_name(sites, 1), "Two");
        ig_sites_free(sites);
        ig_ctx_free(ctx);
    }
}

static void polygons_are_no_sites(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_sites *sites;
    put_file("area.geojson",
             "{\"type\":\"Feature\",\"properties\":{\"id\":\"C1\"},\"geometry\":{\"type\":"
             "\"Polygon\",\"coordinates\":[[[-1,53],[-1.1,53],[-1.1,53.1],[-1,53]]]}}");
    assert_int_equal(read_sites(ctx, "area.geojson", NULL, &sites), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "(C1) is a polygon: sites must be points");
    ig_ctx_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_their_usual_names),
        cmocka_unit_test(columns_may_be_named),
        cmocka_unit_test(bad_sites_are_refused_with_the_right_words),
        cmocka_unit_test(degrees_in_any_columns_are_taken_when_their_crs_is_stated),
        cmocka_unit_test(rows_without_coordinates_are_listed_when_allowed),
        cmocka_unit_test(the_first_of_doubles_is_taken_when_asked),
        cmocka_unit_test(postcodes_are_looked_up_in_files_folders_and_headed_tables),
        cmocka_unit_test(active_practices_of_the_register_are_placed_as_counted),
        cmocka_unit_test(points_of_layers_are_sites),
        cmocka_unit_test(polygons_are_no_sites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
