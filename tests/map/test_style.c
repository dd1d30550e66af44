// Styles hold what the classes hold, to the last digit, and nothing that a name smuggles in.
#include "near.h"

#include "core/inside.h"
#include "map/map.h"

#include <cpl_minixml.h>
#include <stdlib.h>

static double lower[] = {0.1, 7.3, 14.899999999999999};
static double upper[] = {7.3, 14.899999999999999, 41.233333333333327};
static int64_t counts[] = {3, 2, 1};
static const ig_breaks breaks = {
    .classes = 3, .lower = lower, .upper = upper, .count = counts, .missing = 1};
static const ig_colour colours[] = {{255, 255, 204}, {65, 182, 196}, {37, 52, 148}};
static const ig_style plain = {.column = "minutes",
                               .title = "Minutes to a clinic",
                               .breaks = &breaks,
                               .method = IG_CLASS_FISHER_JENKS,
                               .colours = colours};

static CPLXMLNode *parsed(char *text)
{
    assert_non_null(text);
    CPLXMLNode *root = CPLParseXMLString(text);
    assert_non_null(root);
    return root;
}

/// The first element of that name under any of the nodes at the top.
static CPLXMLNode *find(CPLXMLNode *top, const char *name)
{
    CPLXMLNode *found = NULL;
    for (; top && !found; top = top->psNext)
        found = CPLSearchXMLNode(top, name);
    return found;
}

static CPLXMLNode *qml_of(const ig_style *style, const char *const *aliases)
{
    ig_ctx *ctx = ig_ctx_new();
    char *qml = NULL;
    assert_int_equal(ig_style_qml(ctx, style, aliases, &qml), IG_OK);
    CPLXMLNode *root = parsed(qml);
    ig_style_free(qml);
    ig_ctx_free(ctx);
    return root;
}

static const char *value(CPLXMLNode *node, const char *path)
{
    return CPLGetXMLValue(node, path, "missing");
}

static void bounds_read_back_to_the_same_doubles(void **state)
{
    (void)state;
    CPLXMLNode *root = qml_of(&plain, NULL);
    CPLXMLNode *ranges = find(root, "ranges");
    size_t k = 0;
    for (CPLXMLNode *range = ranges->psChild; range; range = range->psNext, k++) {
        assert_near(strtod(value(range, "upper"), NULL), upper[k], 0.0);
        assert_near(strtod(value(range, "lower"), NULL), lower[k], 0.0);
    }
    assert_int_equal(k, 3);
    CPLXMLNode *renderer = find(root, "renderer-v2");
    assert_string_equal(value(renderer, "type"), "graduatedSymbol");
    assert_string_equal(value(renderer, "attr"), "minutes");
    assert_string_equal(value(renderer, "classificationMethod.id"), "Jenks");
    CPLDestroyXMLNode(root);
}

static void gaps_make_rules_with_a_hatched_class_of_their_own(void **state)
{
    (void)state;
    ig_style style = plain;
    style.gaps = true;
    CPLXMLNode *root = qml_of(&style, NULL);
    assert_string_equal(value(find(root, "renderer-v2"), "type"), "RuleRenderer");
    CPLXMLNode *rule = find(root, "rules")->psChild;
    while (rule->psNext && strcmp(value(rule, "filter"), "ELSE") != 0)
        rule = rule->psNext;
    assert_string_equal(value(rule, "label"), "No data");
    assert_string_equal(value(rule, "symbol"), "3");
    CPLXMLNode *first = find(root, "rules")->psChild;
    while (first && first->eType != CXT_Element)
        first = first->psNext;
    assert_string_equal(value(first, "filter"), "\"minutes\" >= 0.1 AND \"minutes\" <= 7.3");
    assert_string_equal(value(first->psNext, "filter"),
                        "\"minutes\" > 7.3 AND \"minutes\" <= 14.899999999999999");
    CPLDestroyXMLNode(root);
}

static void hostile_names_stay_text(void **state)
{
    (void)state;
    ig_style style = plain;
    style.column = "x\" OR 1=1 --<b>&'";
    style.title = "</se:Name><script>alert(1)</script>";
    style.gaps = true;
    const char *aliases[] = {style.column, "\"><evil a=\"", NULL};
    CPLXMLNode *root = qml_of(&style, aliases);
    assert_null(find(root, "evil"));
    CPLXMLNode *alias = find(root, "alias");
    assert_string_equal(value(alias, "field"), style.column);
    assert_string_equal(value(alias, "name"), "\"><evil a=\"");
    CPLXMLNode *rule = find(root, "rule");
    assert_string_equal(value(rule, "filter"), "\"x\"\" OR 1=1 --<b>&'\" >= 0.1 AND "
                                               "\"x\"\" OR 1=1 --<b>&'\" <= 7.3");
    CPLDestroyXMLNode(root);

    ig_ctx *ctx = ig_ctx_new();
    char *sld = NULL;
    assert_int_equal(ig_style_sld(ctx, &style, "lay<er", &sld), IG_OK);
    root = parsed(sld);
    assert_null(find(root, "script"));
    assert_string_equal(value(find(root, "UserStyle"), "se:Name"), style.title);
    assert_string_equal(value(find(root, "ogc:PropertyName"), ""), style.column);
    CPLDestroyXMLNode(root);
    ig_style_free(sld);
    ig_ctx_free(ctx);
}

static void sld_has_a_rule_for_each_class_and_for_gaps(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_style style = plain;
    style.gaps = true;
    char *sld = NULL;
    assert_int_equal(ig_style_sld(ctx, &style, "lsoa", &sld), IG_OK);
    size_t rules = 0;
    for (const char *at = sld; (at = strstr(at, "<se:Rule>")); at++)
        rules++;
    assert_int_equal(rules, 4);
    assert_non_null(strstr(sld, "<ogc:PropertyIsNull>"));
    assert_non_null(strstr(sld, "14.899999999999999"));
    ig_style_free(sld);
    ig_ctx_free(ctx);
}

static void sld_hatches_gaps_by_their_reason_and_dots_what_is_unclear(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_style style = plain;
    style.gaps = true;
    style.status = "minutes_status";
    style.suppressed = 2;
    style.lower = "lo<w";
    style.upper = "high";
    style.centre = 12.5;
    char *sld = NULL;
    assert_int_equal(ig_style_sld(ctx, &style, "lsoa", &sld), IG_OK);
    CPLXMLNode *root = parsed(sld);
    size_t rules = 0;
    for (const char *at = sld; (at = strstr(at, "<se:Rule>")); at++)
        rules++;
    assert_int_equal(rules, 6); // three classes, unclear, suppressed, no data
    assert_non_null(strstr(sld, "Limits include 12.5"));
    assert_non_null(strstr(sld, "<ogc:PropertyName>lo&lt;w</ogc:PropertyName>"));
    assert_non_null(strstr(sld, "<ogc:Literal>suppressed*</ogc:Literal>"));
    assert_non_null(strstr(sld, "shape://times"));
    assert_non_null(strstr(sld, "shape://slash"));
    CPLDestroyXMLNode(root);
    ig_style_free(sld);
    ig_ctx_free(ctx);
}

static void isochrones_and_sites_are_whole_documents(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const double minutes[] = {10, 20.5, 30};
    char *qml = NULL;
    assert_int_equal(ig_isochrone_qml(ctx, minutes, 3, false, &qml), IG_OK);
    CPLXMLNode *root = parsed(qml);
    CPLXMLNode *category = find(root, "categories")->psChild;
    assert_string_equal(value(category->psNext, "value"), "20.5");
    assert_string_equal(value(category->psNext, "label"), "within 20.5 minutes");
    CPLDestroyXMLNode(root);
    ig_style_free(qml);
    assert_int_equal(ig_site_qml(ctx, "na\"me", &qml), IG_OK);
    root = parsed(qml);
    assert_string_equal(value(find(root, "text-style"), "fieldName"), "\"na\"\"me\"");
    CPLDestroyXMLNode(root);
    ig_style_free(qml);
    ig_ctx_free(ctx);
}

static void several_modes_are_groups_of_rules_in_their_own_colours(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const double walk[] = {10, 20}, drive[] = {5};
    const ig_mode_minutes modes[] = {{"walk", walk, 2, false},
                                     {"driver's \\ <car>", drive, 1, true}};
    char *qml = NULL;
    assert_int_equal(ig_isochrone_modes_qml(ctx, modes, 2, &qml), IG_OK);
    CPLXMLNode *root = parsed(qml);
    CPLXMLNode *group = CPLGetXMLNode(find(root, "rules"), "rule");
    assert_string_equal(value(group, "filter"), "\"mode\" = 'walk'");
    assert_string_equal(value(group, "rule.filter"), "\"minutes\" = 10");
    assert_string_equal(value(group, "rule.symbol"), "0");
    assert_string_equal(value(group->psNext, "filter"), "\"mode\" = 'driver''s \\\\ <car>'");
    assert_string_equal(value(group->psNext, "rule.label"), "0 to 5 minutes");
    assert_string_equal(value(group->psNext, "checkstate"), "0"); // waits in the layer tree
    assert_null(CPLGetXMLValue(group, "checkstate", NULL));
    assert_string_equal(value(group->psNext, "rule.symbol"), "2");
    CPLDestroyXMLNode(root);
    ig_style_free(qml);
    ig_ctx_free(ctx);
}

static void each_failing_allocation_is_told(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_style style = plain;
    style.gaps = true;
    for (uint64_t n = 1; n < 200; n++) {
        char *qml = NULL;
        ig_alloc_fail_at(n);
        const ig_status status = ig_style_qml(ctx, &style, NULL, &qml);
        ig_alloc_fail_at(0);
        ig_style_free(qml);
        if (!status) break;
        assert_int_equal(status, IG_EMEMORY);
        assert_null(qml);
        assert_true(n < 199);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_read_back_to_the_same_doubles),
        cmocka_unit_test(gaps_make_rules_with_a_hatched_class_of_their_own),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(sld_has_a_rule_for_each_class_and_for_gaps),
        cmocka_unit_test(sld_hatches_gaps_by_their_reason_and_dots_what_is_unclear),
        cmocka_unit_test(isochrones_and_sites_are_whole_documents),
        cmocka_unit_test(several_modes_are_groups_of_rules_in_their_own_colours),
        cmocka_unit_test(each_failing_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
