package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// itemText lists the facts: id, unit of measure, kind, mean, base (p: per 1,000 inhabitants, h: per 100 households,
// f: per 1,000 mu of farmland, v: per village), sigma of the village's own level, noise, then key=value options. The orders of
// magnitude are those of county statistical bulletins; every single number is drawn.
const itemText = `
births            人  flow  0.55 p .25 40 season=flat
deaths            人  flow  0.72 p .2  40 season=year-end
moved_in          人  flow  1.6  p .4  6
moved_out         人  flow  1.9  p .4  6
pop_registered    人  population parts=births,deaths,moved_in,moved_out
pop_resident      人  stock 690 p .16 - churn=.7
pop_start         人  before parts=pop_registered
households        户  stock 100 h .02 - churn=.6
households_start  户  before parts=households
resident_male     人  share .505 v .03 parts=pop_resident
resident_female   人  diff parts=pop_resident,resident_male
resident_child    人  share .15 v .18 parts=pop_resident
resident_old      人  share .27 v .15 parts=pop_resident
resident_work     人  diff parts=pop_resident,resident_child,resident_old
registered_male   人  share .514 v .02 parts=pop_registered
registered_female 人  diff parts=pop_registered,registered_male
registered_child  人  share .158 v .1 parts=pop_registered
old60             人  share .21 v .1 parts=pop_registered
old65             人  share .735 v .05 parts=old60
old80             人  share .155 v .12 parts=old60
registered_work     人  diff parts=pop_registered,registered_child,old60
old_disabled      人  stock 9   p .35 - churn=.3
old_alone         人  stock 21  p .35 - churn=.35
old_empty_nest    人  stock 33  p .35 - churn=.35
old_visits        次  flow  14 p .35 7
old_meals         人次 flow 95 p .6 8
old_physical      人  flow  9 p .3 6 season=farm
old_followup      人次 flow 17 p .3 7
old_screened      人  flow  6 p .4 5
dibao_hh          户  stock 3.4 h .4 - churn=.45
dibao_people      人  stock 24 p .4 - churn=.5
dibao_new         人  flow  0.5 p .5 3
dibao_left        人  flow  0.5 p .5 3
dibao_standard    元/月 fixed 785
tekun             人  stock 5.2 p .4 - churn=.2
edge_people       人  stock 8.5 p .45 - churn=.35
relief_times      人次 flow 2.4 p .5 4
relief_amount     元  money 3900 p .7 .75 digits=0
visits_poor       户次 flow 21 p .35 7
monitored_hh      户  stock 1.3 h .5 - churn=.25
monitored_people  人  stock 12 p .5 - churn=.3
risk_cleared      户  flow  .25 h .4 2
disabled_cert     人  stock 31 p .25 - churn=.45
water_points      处  stock 6.5 v .5 - churn=.06
water_signs       块  stock 17 v .5 - churn=.12
water_patrols     次  flow  31 v .4 9 season=summer
water_dissuaded   人次 flow 19 v .6 5 season=summer
water_leaflets    份  flow  165 v .55 6 season=summer
water_hazards     处  flow  4.2 v .5 4 season=summer
water_fixed  处  thinned 0.9 parts=water_hazards
water_lifebuoys   个  stock 11 v .5 - churn=.1
water_talks       场  flow  2.1 v .4 6 season=summer
water_families    户次 flow 62 v .5 6 season=summer
fire_patrols      次  flow  24 v .4 9 season=dry
fire_hazards      处  flow  13 v .5 6 season=dry
fire_fixed  处  thinned 0.88 parts=fire_hazards
fire_shops        家次 flow 29 v .6 8 season=flat
fire_extinguish   具  stock 46 v .45 - churn=.2
fire_leaflets     份  flow  140 v .5 6 season=dry
fire_drills       场  flow  .8 v .3 5
fire_trained      人次 flow 38 v .5 4 season=dry
fire_ebikes       辆次 flow 33 v .6 7
fire_warned       人次 flow 15 v .6 6
safety_checks     家次 flow 27 v .45 8 weekly
safety_hazards    处  flow  12 v .45 6 weekly
safety_major      处  flow  .15 v .3 3 weekly
safety_fixed  处  thinned 0.88 parts=safety_hazards weekly
safety_people     人次 flow 34 v .4 8 weekly
safety_meetings   次  quota 2
safety_trained    人次 flow 41 v .5 4
safety_rectify    份  flow  11 v .5 5
safety_roads      处次 flow 18 v .5 7
safety_gas        户次 flow 47 v .5 7
garbage_tons      吨  money 9.5 p .25 .16 digits=2
garbage_points    处  stock 13 v .4 - churn=.1
toilets_new       座  flow  2.4 v .7 2 season=farm
toilets_total     座  stock 52 h .3 - churn=.4
sewage_hh         户  stock 34 h .45 - churn=.3
clean_people      人次 flow 46 v .45 6
clean_ponds       口  flow  2.6 v .6 4
clean_ditch       米  flow  610 v .55 5 season=farm
clean_waste       处  flow  17 v .5 6
cleaners          人  stock 8 v .4 - churn=.1
clean_ads         处  flow  21 v .6 5
job_out           人  stock 268 p .25 - churn=.9
job_out_province  人  share .53 v .2 parts=job_out
job_county        人  stock 119 p .35 - churn=.85
job_home          人  flow  3.2 p .5 4 season=year-end
job_trained       人次 flow 2.9 p .5 4 season=festival
job_posts         个  stock 7.5 v .4 - churn=.15
job_matched       人次 flow 4.4 p .5 5 season=festival
job_fairs         场  quota 1
job_income        元  money 3950 v .14 .07 digits=0
job_subsidy       元  money 5200 v .8 .8 digits=0
mediate_family    件  flow  2.6 v .4 5
mediate_land      件  flow  1.4 v .4 4
mediate_neighbor  件  flow  2.1 v .4 5
mediate_other     件  flow  .8 v .4 4
mediate_total     件  sum parts=mediate_family,mediate_land,mediate_neighbor,mediate_other flow
mediate_ok        件  thinned .95 parts=mediate_total
mediate_checks    次  flow  12 v .35 9
law_talks         场  flow  1.7 v .3 6
law_leaflets      份  flow  118 v .5 6
law_advice        人次 flow 13 v .5 6
house_total       栋  stock 97 h .03 - churn=.4
house_checked     栋  flow  24 h .25 9
house_c           栋  stock 2.2 h .5 - churn=.25
house_d           栋  stock .8 h .5 - churn=.2
house_self        栋  stock 41 h .2 - churn=.35
house_business    栋  stock 6.5 h .5 - churn=.25
house_repaired    栋  flow  .9 h .5 4
house_moved       户  flow  .5 h .5 3
house_signs       块  stock 2.9 h .5 - churn=.25
ph_records        份  stock 660 p .12 - churn=.9
ph_new            份  flow  4.6 p .4 6
ph_bp             人次 flow 26 p .3 8
ph_sugar          人次 flow 13 p .3 8
ph_child          人次 flow 15 p .35 7
ph_maternal       人次 flow 3.4 p .4 5
ph_mental         人次 flow 2.1 p .4 5
ph_mental_people  人  stock 4.1 p .3 - churn=.15
ph_vaccine        剂次 flow 21 p .35 6
ph_lectures       场  flow  1.4 v .3 6
ph_materials      份  flow  131 v .45 6
med_insured       人  share .945 v .012 parts=pop_registered
med_rate          %  percent parts=med_insured,pop_registered digits=2
med_fee           元  money 24500 p .3 .4 season=enrol digits=0
med_new           人  flow  7 p .5 4 season=enrol
med_calls         人次 flow 27 p .5 5 season=enrol
med_visits        户次 flow 19 p .5 5 season=enrol
med_stop          人  flow  1.3 p .4 4
wheat_area        亩  stock 410 f .3 - churn=.05 rounded=10
veg_kg            公斤 money 21500 f .6 .55 season=farm digits=0
veg_income        元  priced 2.6 v .2 .12 parts=veg_kg digits=0
fruit_kg          公斤 money 9800 f .9 .7 season=farm digits=0
fruit_income      元  priced 4.8 v .25 .15 parts=fruit_kg digits=0
grain_kg          公斤 money 31000 f .5 .6 season=farm digits=0
grain_income      元  priced 2.5 v .05 .04 parts=grain_kg digits=0
egg_kg            公斤 money 3100 v .8 .5 digits=0
egg_income        元  priced 9.2 v .08 .06 parts=egg_kg digits=0
online_orders     单  flow  210 v .9 5
market_kg         公斤 money 6100 v .7 .45 weekly digits=0 season=farm
market_income     元  priced 2.7 v .2 .18 parts=market_kg weekly digits=0
market_stock      公斤 money 4300 v .8 .5 weekly digits=0
market_trucks     车次 flow 16 v .6 7 weekly season=farm
pigs              头  stock 310 v .9 - churn=.95
poultry           羽  stock 3600 v .9 - churn=.95
cattle            头  stock 64 v .8 - churn=.7
vaccinated_pigs   头  flow  88 v .8 6 season=farm
vaccinated_birds  羽  flow  930 v .8 5 season=farm
disinfected       平方米 flow 1150 v .6 6
animal_checks     户次 flow 23 v .5 8
animal_dead       头  flow  2.2 v .7 2
animal_reports    次  flow  .12 v .4 2
coll_income       元  money 26000 v .9 1.1 digits=2
coll_spent        元  money 19500 v .9 1.1 digits=2
school_visits     户次 flow 18 v .4 8
disabled_visits   户次 flow 12 p .35 7
disabled_trained  人次 flow 2.2 p .4 4
women_visits      户次 flow 17 v .45 7
women_talks       场  flow  1.6 v .4 6
women_people      人次 flow 44 v .5 5
women_disputes    件  flow  1.1 v .4 4
child_visits      人次 flow 22 v .45 7
child_hearts      份  flow  15 v .6 5
women_jobs        人  flow  3.6 v .5 4
women_clean       户  flow  26 v .5 6
grid_rounds       次  flow  13 v .3 9 weekly
grid_visits       户次 flow 31 v .4 8 weekly
grid_events       件  flow  11 v .45 6 weekly
grid_done  件  thinned 0.92 parts=grid_events weekly
grid_shops        家次 flow 12 v .5 7 weekly
grid_migrants     人次 flow 14 v .6 6 weekly
grid_leaflets     份  flow  36 v .5 6 weekly
grid_keypeople    人次 flow 10 v .4 7 weekly
river_km          公里 stock 7.4 v .45 - digits=1 churn=.01
river_patrols     次  flow  12 v .3 9
river_trash       公斤 flow 145 v .6 5 season=summer
river_illegal     处  flow  .5 v .4 3
river_points      处  stock 5 v .4 - churn=.05
river_people      人次 flow 22 v .4 8
river_photos      张  flow  41 v .4 8
river_dredge      米  flow  95 v .7 3
flood_people      人次 flow 11 v .4 6 weekly season=summer
flood_points      处  stock 4.5 v .4 - churn=.03
flood_hazards     处  flow  .9 v .5 3 weekly season=summer
flood_moved       人  flow  .8 v .5 1 weekly season=summer
straw_fires       处  flow  .25 v .5 2 weekly
straw_people      人次 flow 9 v .4 6 weekly
straw_stopped     起  flow  .6 v .5 2 weekly
warnings          条  town  4.2 season=summer
warnings_red      条  town  .4 season=summer
warn_loud         次  town  6 season=summer
geo_points        处  stock 2.4 v .3 - churn=.02
geo_patrols       次  flow  9 v .3 8 season=summer
geo_cracks        处  flow  .3 v .3 2
road_km           公里 stock 9.8 v .4 - digits=1 churn=.02
road_patrols      次  quota 4
road_fixed        处  flow  3.4 v .5 4
road_trees        棵  flow  14 v .8 3
civil_events      场  flow  2.3 v .4 6
civil_people      人次 flow 61 v .5 5
civil_groups      支  stock 3.2 v .4 - churn=.05
volunteers        人  stock 42 v .5 - churn=.3
vol_hours         小时 flow 88 v .5 6
vol_people        人次 flow 34 v .5 6
party_members     人  stock 39 v .35 - churn=.25
party_meetings    次  quota 1
party_lessons     次  quota 1
party_points      分  flow  930 v .3 9
party_people      人次 flow 33 v .35 9
water_chlorine    mg/L measured .42 v .18 .12 digits=2
water_turbidity   NTU measured .61 v .25 .2 digits=2
water_ph          pH measured 7.35 v .02 .015 digits=2
water_served      人  stock 610 p .1 - churn=.4
water_samples     份  quota 2
tk_visits         人次 flow 11 p .3 7
tk_disabled       人  stock 2.1 p .4 - churn=.15
tk_carers         人  stock 3.4 v .4 - churn=.1
tk_fee            元  money 2600 p .5 .4 digits=0
cash_left         元  stock 5200 v .6 - churn=.95
child_homes       个  stock 1.6 v .4 - churn=.05
child_activities  场  flow  2.4 v .4 5
child_volunteers  人  stock 7 v .4 - churn=.2
income_disposable 元  stock 5150 v .18 - churn=1
income_net        元  share .88 v .06 parts=income_disposable
arable_actual     亩  stock 930 f .2 - churn=.2
arable_contract   亩  share .9 v .06 parts=arable_actual
households_resident 户 share .74 v .12 parts=households
grid_meetings     次  quota 2
grid_days         天  fixed 22
youth_visits      户次 flow 17 v .4 8
youth_people      人次 flow 31 v .5 6
youth_helped      人  flow 5 v .5 4
fertilizer        公斤 money 2100 f .6 .5 season=farm digits=0
subsidy_paid      元  money 8800 p .4 .5 digits=0
budget_checked    次  flow 3 v .4 6
pig_farms         户  stock 13 v .5 - churn=.2
sampled           户  flow 9 v .3 8
appeals           件  flow  3.6 v .5 4
appeals_done  件  thinned 0.93 parts=appeals
`

var generators = map[string]generator{
	"flow": countFlow, "stock": slowStock, "money": moneyFlow, "fixed": fixedValue, "quota": quota, "sum": sumOf,
	"percent": percentOf, "share": shareOf, "diff": lessOf, "thinned": thinned, "priced": priced, "town": townWide, "population": population, "before": before, "measured": measured,
}

// itemCatalogue reads itemText. A fault in it is a fault of this package, so the error says where.
func itemCatalogue() ([]item, error) {
	var out []item
	for n, line := range strings.Split(itemText+moreItemText, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		it, err := parseItem(words)
		if err != nil {
			return nil, fmt.Errorf("unable to read line %d of the items (%s): %w", n+1, words[0], err)
		}
		out = append(out, it)
	}
	return out, nil
}

func parseItem(words []string) (item, error) {
	if len(words) < 4 {
		return item{}, fmt.Errorf("it has %d words", len(words))
	}
	gen, known := generators[words[2]]
	if !known {
		return item{}, fmt.Errorf("no kind %q", words[2])
	}
	it := item{id: words[0], of: words[1], gen: gen, base: 'v', noise: 8}
	var place int
	for _, word := range words[3:] {
		if key, value, isOption := strings.Cut(word, "="); isOption || word == "weekly" || word == "flow" {
			if err := it.option(key, value); err != nil {
				return it, err
			}
			continue
		}
		if err := it.number(place, word); err != nil {
			return it, err
		}
		place++
	}
	return it, nil
}

// number reads the words that are known by their place: mean, base, effect and noise.
func (it *item) number(place int, word string) error {
	if place == 1 {
		it.base = word[0]
		return nil
	}
	if word == "-" {
		return nil
	}
	x, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return fmt.Errorf("word %d: %w", place+4, err)
	}
	switch place {
	case 0:
		it.mean = x
	case 2:
		it.effect = x
	case 3:
		it.noise = x
	default:
		return fmt.Errorf("unexpected %q", word)
	}
	return nil
}

func (it *item) option(key, value string) (err error) {
	switch key {
	case "season":
		if _, known := seasons[value]; !known {
			return fmt.Errorf("no season %q", value)
		}
		it.season = value
	case "churn":
		it.churn, err = strconv.ParseFloat(value, 64)
	case "digits":
		it.digits, err = strconv.Atoi(value)
	case "rounded":
		it.rounded, err = strconv.ParseFloat(value, 64)
	case "parts":
		it.parts = strings.Split(value, ",")
	case "weekly":
		it.weekly = true
	case "flow":
		it.flow = true
	default:
		return fmt.Errorf("no option %q", key)
	}
	return err
}
