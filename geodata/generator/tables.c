// Tables with the habits of published ones: byte order marks, CRLF, markers of gaps, thousands
// separators, percent signs, stacked rows, line breaks in names, two editions of codes.
#include "county.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const eol = "\r\n";

/// 12345 as "12,345" in quotes when it needs them.
static void put_grouped(FILE *out, int value)
{
    if (value < 1000) {
        fprintf(out, "%d", value);
    } else {
        fprintf(out, "\"%d,%03d\"", value / 1000, value % 1000);
    }
}

static void put_name(FILE *out, const char *name)
{
    if (strchr(name, ',')) {
        fprintf(out, "\"%s\"", name);
    } else {
        fputs(name, out);
    }
}

static int decile(int rank)
{
    return 1 + (int)((int64_t)(rank - 1) * 10 / NATIONAL);
}

static int district(const county *c, const area *a)
{
    return c->wards[a->ward].district;
}

static void write_deprivation(const county *c, const char *folder)
{
    FILE *out = open_file(folder, "iod2019_file1.csv");
    fputs("\xef\xbb\xbfLSOA code (2011),LSOA name (2011),Local Authority District code (2019),"
          "Local Authority District name (2019),Index of Multiple Deprivation (IMD) Rank,"
          "Index of Multiple Deprivation (IMD) Decile",
          out);
    for (int k = 0; k < c->old_count; k++) {
        const area *a = &c->olds[k];
        int rank = a->rank + pick(61, (uint64_t)k, 0, -300, 300);
        rank = rank < 1 ? 1 : rank > 32844 ? 32844 : rank;
        fprintf(out, "%s%s,%s,%s,%s,", eol, a->code, a->name, district_codes[district(c, a)],
                district_names[district(c, a)]);
        put_grouped(out, rank);
        fprintf(out, ",%d", 1 + (int)((int64_t)(rank - 1) * 10 / 32844));
    }
    close_file(out); // no line end after the last row, as issued
    out = open_file(folder, "iod2025_file1.csv");
    fputs("LSOA code (2021),LSOA name (2021),Local Authority District code (2024),"
          "Local Authority District name (2024),Index of Multiple Deprivation (IMD) Rank,"
          "Index of Multiple Deprivation (IMD) Decile\r\n",
          out);
    for (int k = 0; k < AREAS; k++) {
        const area *a = &c->areas[k];
        fprintf(out, "%s,%s,%s,%s,", a->code, a->name, district_codes[district(c, a)],
                district_names[district(c, a)]);
        put_grouped(out, a->rank);
        fprintf(out, ",%d%s", decile(a->rank), eol);
    }
    close_file(out);
}

/// Relative number of people of one age: young in town, old by the sea and in the country.
static int age_weight(const area *a, int age)
{
    int weight = age < 18 ? 120 : age < 30 ? 118 : age < 55 ? 130 : age < 75 ? 118 : 60;
    if (age > 75) weight -= 3 * (age - 75);
    if (age == 90) weight += 40;
    if (age >= 20 && age < 32) weight += a->urban / 14;
    if (age >= 60) weight += (700 - a->urban) / 14;
    return weight < 8 ? 8 : weight;
}

static void put_ages(FILE *out, const area *a, int people, int sex, int k)
{
    int64_t total = 0, before = 0;
    for (int age = 0; age <= 90; age++)
        total +=
            age_weight(a, age) * (90 + pick(62 + (uint64_t)sex, (uint64_t)k, (uint64_t)age, 0, 20));
    for (int age = 0; age <= 90; age++) {
        const int64_t next =
            before +
            age_weight(a, age) * (90 + pick(62 + (uint64_t)sex, (uint64_t)k, (uint64_t)age, 0, 20));
        fprintf(out, ",%d", (int)(next * people / total - before * people / total));
        before = next;
    }
}

static void write_population(const county *c, const char *folder)
{
    FILE *out = open_file(folder, "population21_lsoa21_age_sex.csv");
    fputs("LAD 2021 Code,LAD 2021 Name,LSOA 2021 Code,LSOA 2021 Name,Total", out);
    for (int sex = 0; sex < 2; sex++)
        for (int age = 0; age <= 90; age++)
            fprintf(out, ",%c%d", sex ? 'M' : 'F', age);
    fputs("\n", out);
    for (int k = 0; k < AREAS; k++) {
        const area *a = &c->areas[k];
        const int women = a->people * pick(64, (uint64_t)k, 0, 495, 520) / 1000;
        fprintf(out, "%s,%s,%s,%s,%d", district_codes[district(c, a)],
                district_names[district(c, a)], a->code, a->name, a->people);
        put_ages(out, a, women, 0, k);
        put_ages(out, a, a->people - women, 1, k);
        fputs("\n", out);
    }
    close_file(out);
}

/// Cells and people of the piece that an old and a new area share.
static int piece_cells(const county *c, int old, int now)
{
    int cells = 0;
    for (int cell = 0; cell < CELLS; cell++)
        cells += c->old[cell] == old && c->area[cell] == now;
    return cells;
}

static void write_lookups(const county *c, const char *folder)
{
    static const char letter[] = {'U', 'S', 'M', 'X'};
    FILE *out = open_file(folder, "lsoa11_lsoa21_lookup.csv");
    fputs("LSOA11CD,LSOA11NM,CHGIND,LSOA21CD,LSOA21NM,LAD22CD,LAD22NM,people21\r\n", out);
    for (int old = 0; old < c->old_count; old++)
        for (int now = 0; now < AREAS; now++) {
            const int cells = piece_cells(c, old, now);
            if (!cells) continue;
            const area *a = &c->areas[now];
            fprintf(out, "%s,%s,%c,%s,%s,%s,%s,%d%s", c->olds[old].code, c->olds[old].name,
                    letter[a->change], a->code, a->name, district_codes[district(c, a)],
                    district_names[district(c, a)], a->people * cells / a->cells, eol);
        }
    close_file(out);
    out = open_file(folder, "lsoa21_ward25_lookup.csv");
    fputs("LSOA21CD,LSOA21NM,WD25CD,WD25NM,LAD25CD,LAD25NM\r\n", out);
    for (int k = 0; k < AREAS; k++) {
        const area *a = &c->areas[k];
        const ward *w = &c->wards[a->ward];
        fprintf(out, "%s,%s,%s,", a->code, a->name, w->code);
        put_name(out, w->name);
        fprintf(out, ",%s,%s%s", district_codes[w->district], district_names[w->district], eol);
    }
    close_file(out);
}

static int percent_tenths(const area *a, int k, uint64_t seed, int base, int slope)
{
    const int tenths =
        base + slope * (NATIONAL - a->rank) / NATIONAL + pick(seed, (uint64_t)k, 0, -25, 25);
    return tenths < 4 ? 4 : tenths;
}

/// A share with the rare gap, each kind of marker somewhere.
static void put_share(FILE *out, int tenths, int k, uint64_t seed, bool sign)
{
    static const char *const markers[] = {"*", "[c]", "[x]", "..", "-", ""};
    const int chance = pick(seed, (uint64_t)k, 1, 0, 99);
    if (chance < 6) {
        fputs(markers[chance], out);
    } else {
        fprintf(out, "%d.%d%s", tenths / 10, tenths % 10, sign ? "%" : "");
    }
}

static void write_indicators(const county *c, const char *folder)
{
    FILE *out = open_file(folder, "indicators_lsoa21.csv");
    fputs("\xef\xbb\xbf"
          "Area Code,Area Name,\"Emergency admissions, all ages (count)\","
          "Emergency admissions per 100 000,Adults who smoke (%),Households in fuel poverty,"
          "Mean household income (\xc2\xa3)\r\n",
          out);
    for (int k = 0; k < AREAS; k++) {
        const area *a = &c->areas[k];
        const int need = NATIONAL - a->rank;
        const int count =
            a->people * (55 + need * 70 / NATIONAL + pick(65, (uint64_t)k, 0, -8, 8)) / 1000;
        fprintf(out, "%s,%s,", a->code, a->name);
        if (pick(66, (uint64_t)k, 0, 0, 99) < 4) {
            fputs("*,*,", out);
        } else {
            put_grouped(out, count);
            fputc(',', out);
            put_grouped(out, (int)((int64_t)count * 100000 / a->people));
            fputc(',', out);
        }
        put_share(out, percent_tenths(a, k, 67, 70, 160), k, 68, false);
        fputc(',', out);
        put_share(out, percent_tenths(a, k, 69, 60, 130), k, 70, true);
        fputc(',', out);
        put_grouped(out, 24000 + 22000 * (a->rank / 100) / (NATIONAL / 100) +
                             pick(71, (uint64_t)k, 0, 0, 30) * 100);
        fputs(eol, out);
    }
    close_file(out);
    out = open_file(folder, "indicators_lsoa11.csv");
    fputs("LSOA11CD;LSOA11NM;Births;Benefit claimants\n", out);
    for (int k = 0; k < c->old_count; k++) {
        const area *a = &c->olds[k];
        const int births = pick(72, (uint64_t)k, 0, 2, 34);
        fprintf(out, "%s;%s;", a->code, a->name);
        if (births < 5) {
            fputs("[c];", out);
        } else {
            fprintf(out, "%d;", births);
        }
        fprintf(out, "%d\n",
                pick(73, (uint64_t)k, 0, 10, 60) + 190 * (NATIONAL - a->rank) / NATIONAL);
    }
    close_file(out);
}

typedef struct sums {
    int64_t people, deaths;
} sums;

static void put_fingertips(FILE *out, const char *parent, const char *parent_name, const char *code,
                           const char *name, const char *type, const char *sex, int year, sums s)
{
    const double value = 100000.0 * (double)s.deaths / (double)s.people;
    const double half = 100000.0 * sqrt((double)s.deaths) / (double)s.people;
    fprintf(out, "99901,\"Deaths under 75 per 100,000\n\",%s,%s,%s,", parent, parent_name, code);
    put_name(out, name);
    fprintf(out, ",%s,%s,<75 yrs,,,%d - %02d,", type, sex, year, (year + 2) % 100);
    if (s.deaths < 8) {
        fprintf(out,
                ",,,,,,%lld,Value suppressed for disclosure control due to small count,,"
                "Not compared,Not compared,%d0000,,,3y%s",
                (long long)s.people, year, eol);
        return;
    }
    fprintf(out, "%.6f,%.6f,%.6f,%.6f,%.6f,%lld,%lld,,Cannot be calculated,%s,%s,%d0000,,,3y%s",
            value, value - 1.96 * half, value + 1.96 * half, value - 3.0902 * half,
            value + 3.0902 * half, (long long)s.deaths, (long long)s.people, "Not compared",
            "Not compared", year, eol);
}

static void write_fingertips(const county *c, const char *folder)
{
    static const char *const sexes[] = {"Persons", "Male", "Female"};
    FILE *out = open_file(folder, "fingertips_wards.csv");
    fputs("Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,"
          "Age,Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
          "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
          "Compared to England value or percentiles,Compared to Districts value or percentiles,"
          "Time period Sortable,New data,Compared to goal,Time period range\r\n",
          out);
    for (int year = 2019; year <= 2020; year++)
        for (int sex = 0; sex < 3; sex++) {
            sums ward_sums[WARDS] = {{0, 0}}, all = {0, 0};
            for (int k = 0; k < AREAS; k++) {
                const area *a = &c->areas[k];
                const int people = sex ? a->people / 2 * 27 / 10 : 2 * (a->people / 2 * 27 / 10);
                const int m = people * (160 + 330 * (NATIONAL - a->rank) / NATIONAL) / 100000 +
                              pick(74, (uint64_t)k, (uint64_t)(year * 3 + sex), -2, 2);
                const int deaths = a->code[7] == '9' || m < 0 ? 0 : m;
                ward_sums[a->ward].people += people;
                ward_sums[a->ward].deaths += deaths;
                all.people += people;
                all.deaths += deaths;
            }
            put_fingertips(out, "", "", "E92000001", "England", "England", sexes[sex], year, all);
            for (int w = 0; w < WARDS; w++) {
                const ward *a = &c->wards[w];
                if (w % 13 == 4 && sex) ward_sums[w].deaths = 3; // small: suppressed
                put_fingertips(out, district_codes[a->district], district_names[a->district],
                               a->code, a->name, "Ward", sexes[sex], year, ward_sums[w]);
            }
        }
    close_file(out);
}

static void write_nomis(const county *c, const char *folder)
{
    FILE *out = open_file(folder, "nomis_bulk_tenure_wards.csv");
    fputs(
        "\"date\",\"geography\",\"geography code\",\"Tenure of household: Total: All households; "
        "measures: Value\",\"Tenure of household: Owned; measures: Value\",\"Tenure of household: "
        "Social rented; measures: Value\",\"Tenure of household: Private rented; measures: "
        "Value\"\n",
        out);
    for (int w = 0; w < WARDS; w++) {
        int households = 0, social = 0, renting = 0;
        for (int k = 0; k < AREAS; k++) {
            const area *a = &c->areas[k];
            if (a->ward != w) continue;
            const int homes = a->people * 10 / 23;
            households += homes;
            social += homes * (5 + 35 * (NATIONAL - a->rank) / NATIONAL) / 100;
            renting += homes * (8 + a->urban / 50) / 100;
        }
        fprintf(out, "\"2021\",\"%s\",\"%s\",%d,%d,%d,%d\n", c->wards[w].name, c->wards[w].code,
                households, households - social - renting, social, renting);
    }
    close_file(out);
}

// ---- clinics, practices and postcodes -----------------------------------------------------------

static const struct clinic {
    const char *name;
    int x, y, gps;
} clinics[CLINICS] = {
    {"Abbey Street Surgery", 12700, 6700, 7},      {"Docklands Medical Centre", 13900, 7300, 5},
    {"Victoria Park Practice", 11700, 5900, 6},    {"South Road Health Centre", 13300, 4700, 4},
    {"Northquay Group Practice", 12800, 12500, 8}, {"St Aldric's Surgery", 13900, 13400, 4},
    {"Carrow Health Centre", 5900, 6500, 6},       {"Over Carrow Surgery", 6400, 11700, 4},
    {"The Scar Practice", 5300, 14500, 3},         {"Saltby Seafront Surgery", 14700, 2200, 5},
    {"Fenham Medical Centre", 3300, 2800, 4},      {"Holt Cross Surgery", 9600, 16500, 4},
    {"Sandwick Branch", 15500, 16800, 1},          {"Ashby Green Branch", 9300, 3500, 1}};

/// Postcodes are made up: no area begins with X.
static void postcode(int number, bool padded, char text[9])
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    snprintf(text, 9, padded ? "XW%d%s%d%c%c" : "XW%d %s%d%c%c", 1 + number / 60 % 99,
             padded && 1 + number / 60 % 99 < 10 ? " " : "", number / 20 % 3 + 1,
             letters[number % 20], letters[(number / 3 + number) % 20]);
}

static int clinic_corner(const county *c, const network *n, int k)
{
    return street_corner(c, n, WEST + clinics[k].x, SOUTH + clinics[k].y);
}

static void write_codepoint(const county *c, const network *n, const char *folder)
{
    FILE *out = open_file(folder, "codepoint/xw.csv");
    char text[9];
    for (int k = 0; k < CLINICS + 2 * AREAS; k++) {
        postcode(k, true, text);
        const int number = k < CLINICS ? 0 : (k - CLINICS) / 2;
        const area *a = &c->areas[number];
        const int corner = k < CLINICS
                               ? clinic_corner(c, n, k)
                               : street_corner(c, n, a->x + pick(81, (uint64_t)k, 0, -400, 400),
                                               a->y + pick(82, (uint64_t)k, 0, -400, 400));
        const int dx = k < CLINICS ? 30 : pick(83, (uint64_t)k, 0, -60, 60);
        const int dy = k < CLINICS ? 20 : pick(84, (uint64_t)k, 0, -60, 60);
        fprintf(out, "\"%s\",10,%d,%d,\"E92000001\",\"\",\"\",\"\",\"%s\",\"%s\"%s", text,
                c->corner_x[corner] + dx, c->corner_y[corner] + dy, district_codes[district(c, a)],
                c->wards[a->ward].code, eol);
    }
    close_file(out);
    out = open_file(folder, "codepoint/Code-Point_Open_Column_Headers.csv");
    fputs("PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\r\nPostcode,Positional_quality_indicator,Eastings,"
          "Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,Admin_county_code,"
          "Admin_district_code,Admin_ward_code\r\n",
          out);
    close_file(out);
}

static void write_clinics(const county *c, const network *n, const char *folder)
{
    FILE *out = open_file(folder, "clinics.csv");
    fputs("code,name,postcode,easting,northing,gps\n", out);
    char text[9];
    for (int k = 0; k < CLINICS; k++) {
        const int corner = clinic_corner(c, n, k);
        postcode(k, false, text);
        fprintf(out, "ZZ%04d,%s,%s,%d,%d,%d\n", k + 1, clinics[k].name, text,
                c->corner_x[corner] + 30, c->corner_y[corner] + 20, clinics[k].gps);
    }
    close_file(out);
}

/// A row of the practices file in the layout of ODS: 27 fields, no header, all in quotes.
static void put_practice(FILE *out, int number, const char *name, const char *code, char status,
                         const char *closed, int setting)
{
    fprintf(out,
            "\"ZZ%04d\",\"%s\",\"Y99\",\"QZZ\",\"%d THE STREET\",\"\",\"MERROWMOUTH\",\"\",\"\","
            "\"%s\",\"19740401\",\"%s\",\"%c\",\"B\",\"99Z\",\"20200401\",\"%s\",\"\",\"\",\"\","
            "\"\",\"0\",\"\",\"99Z\",\"\",\"%d\",\"\"%s",
            number, name, number, code, closed, status, closed, setting, eol);
}

static void write_practices(const char *folder)
{
    static const struct {
        const char *name;
        char status;
        int setting;
    } others[] = {{"OLD QUAY SURGERY", 'C', 4},         {"MARKET SURGERY (MERGED)", 'C', 4},
                  {"MERROW OUT OF HOURS", 'A', 1},      {"HMP SALTMARSH", 'A', 7},
                  {"COMMUNITY DENTAL, NORTH", 'A', 13}, {"PROPOSED SURGERY", 'P', 4}};
    FILE *out = open_file(folder, "practices.csv");
    char text[9], upper[64];
    for (int k = 0; k < CLINICS; k++) {
        postcode(k, false, text);
        size_t p = 0;
        for (; clinics[k].name[p]; p++)
            upper[p] = clinics[k].name[p] >= 'a' && clinics[k].name[p] <= 'z'
                           ? (char)(clinics[k].name[p] - 32)
                           : clinics[k].name[p];
        upper[p] = 0;
        put_practice(out, k + 1, upper, text, 'A', "", 4);
    }
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        postcode(CLINICS + 17 * (int)k, false, text);
        put_practice(out, 901 + (int)k, others[k].name, text, others[k].status,
                     others[k].status == 'C' ? "20190331" : "", others[k].setting);
    }
    close_file(out);
}

void write_tables(const county *c, const network *n, const char *folder)
{
    write_deprivation(c, folder);
    write_population(c, folder);
    write_lookups(c, folder);
    write_indicators(c, folder);
    write_fingertips(c, folder);
    write_nomis(c, folder);
    write_codepoint(c, n, folder);
    write_clinics(c, n, folder);
    write_practices(folder);
}
