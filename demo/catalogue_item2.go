package demo

// moreItemText continues itemText with the facts of the forms that are idle, burdensome or against a rule.
const moreItemText = `
edu_talks         场  flow  2.2 v .4 6
edu_people        人次 flow 58 v .5 6
edu_boards        期  flow  1.3 v .3 6
proj_open         个  stock 3.4 v .5 - churn=.3
proj_spent        元  money 61000 v .8 .9 digits=0
proj_workers      人次 flow 47 v .6 4
audit_open        个  stock 6.5 v .5 - churn=.5
audit_fixed       个  flow  2.1 v .5 4
audit_money       元  money 3700 v .9 1.1 digits=0
train_signed      人  flow  13 p .5 5 season=festival
train_done        人  thinned .86 parts=train_signed
train_cert        人  thinned .62 parts=train_done
train_hours       课时 flow 31 v .5 6
train_guided      人次 flow 17 v .5 6
train_offered     个  flow  22 v .5 6
mach_asked        台  flow  9 v .5 5 season=farm
mach_bought       台  thinned .8 parts=mach_asked
mach_subsidy      元  money 21000 v .6 .8 digits=0
mach_service      次  flow  14 v .5 6
mach_area         亩  flow 640 v .5 6 season=farm
mach_drivers      人  stock 17 v .4 - churn=.3
bus_runs          班  flow  96 v .4 9
bus_people        人次 flow 780 v .5 8
bus_stops         个  stock 4.2 v .4 - churn=.03
books_all         册  stock 1850 v .3 - churn=.3
books_lent        人次 flow 41 v .5 5
books_events      场  flow  1.6 v .4 5
gym_items         件  stock 21 v .4 - churn=.1
gym_checks        次  flow  6.5 v .4 6
gym_broken        件  flow  1.4 v .5 3
asset_all         元  stock 1240000 v .8 - churn=.8
asset_let         处  stock 6.2 v .5 - churn=.2
asset_rent        元  money 18500 v .8 .8 digits=0
vet_people        人  stock 26 p .3 - churn=.3
vet_checked       人  share .97 v .02 parts=vet_people
vet_visits        户次 flow 15 p .4 6
ins_joined        件  flow  19 p .4 6 season=enrol
ins_paid          件  flow  11 p .4 6
ins_asked         人次 flow 28 p .4 6
wood_patrols      次  flow  36 v .4 9 season=dry
wood_km           公里 money 142 v .4 .3 digits=1
wood_fires        起  flow  .3 v .4 2 season=dry
wood_thefts       起  flow  .2 v .4 2
wood_sent         人次 flow 12 v .5 5 season=dry
wood_fixed        处  flow  4.2 v .5 5
wood_planted      亩  flow  16 v .7 3 season=festival
wood_trees        株  flow 870 v .7 4 season=festival
wood_tended       亩  flow  33 v .6 5
pest_points       个  stock 3.1 v .4 - churn=.05
pest_area         亩  flow  7 v .7 3 season=summer
oldtree_all       株  stock 8.5 v .6 - churn=.02
oldtree_care      次  flow  3.4 v .4 6
pipe_km           公里 money 23 v .4 .35 digits=1
pipe_leaks        处  flow  4.6 v .5 5
pipe_calls        件  flow  8.2 v .5 5
meter_due         户  stock 93 h .08 - churn=.2
meter_set         户  share .87 v .08 parts=meter_due
meter_rate        %   percent parts=meter_set,meter_due digits=2
parent_events     次  flow  1.7 v .4 6
parent_people     人次 flow 64 v .5 6
post_people       人  stock 6.4 v .3 - churn=.2
post_drills       次  flow  3.2 v .4 6
post_care         次  flow  4.1 v .4 6
model_homes       户  stock 14 v .5 - churn=.4
model_events      次  flow  2.6 v .4 6
tidy_photos       张  flow  37 v .5 7
tidy_days         次  flow  5.2 v .4 6
law_people        人  stock 7.6 v .4 - churn=.2
law_trained       人次 flow 12 v .5 6
bank_cleaned      次  flow  17 v .4 8
bank_people       人次 flow 43 v .4 8
meal_points       个  stock 1.4 v .4 - churn=.05
meal_people       人次 flow 210 v .5 7
task_open         项  flow  7.2 v .4 7
task_done         项  thinned .82 parts=task_open
task_meetings     次  flow  2.3 v .4 6
issue_open        个  flow  5.1 v .5 5
issue_closed      个  thinned .85 parts=issue_open
issue_passed      条  flow  .6 v .5 3
paper_sent        份  flow  34 v .4 7
paper_photos      张  flow  88 v .5 6
daily_people      人次 flow 26 v .4 7
daily_points      处  flow  31 v .4 7
daily_issues      处  flow  9 v .5 6
news_items        条  flow  3.1 v .5 5 weekly
news_cases        件  flow  2.2 v .5 5 weekly
info_sent         条  flow  6.2 v .5 6
info_used         条  thinned .3 parts=info_sent
night_people      人次 flow 15 v .4 7 weekly
night_rounds      次  flow  12 v .4 7 weekly
snow_damage       间  flow  .02 v .3 2 weekly
duty_shifts       班次 flow 14 v .2 9 weekly
duty_calls        次  flow  1.7 v .5 4 weekly
gig_riders        人  stock 5.5 v .6 - churn=.5
gig_drivers       人  stock 3.8 v .6 - churn=.5
gig_events        场  flow  1.2 v .4 5
gig_people        人次 flow 23 v .5 5
volproj_new       个  flow  1.6 v .5 5
volproj_run       个  flow  1.1 v .5 5
commun_staff      人  stock 5.2 v .3 - churn=.15
commun_trained    人次 flow 7.5 v .5 6
advice_new        条  flow  5.4 v .5 6
advice_used       条  thinned .4 parts=advice_new
vetfile_all       人  stock 61 v .4 - churn=.3
vetfile_new       人  flow  1.2 v .5 4
vetjob_new        人  flow  3.2 v .5 5
vetjob_fairs      场  flow  .7 v .4 5
vethome_seen      户次 flow 12 v .4 6
vethome_good      份  flow  .8 v .4 4
vetback_all       人  flow  1.9 v .4 5
vetback_done      人  thinned .9 parts=vetback_all
vethelp_people    人次 flow 4.1 v .5 5
vethelp_money     元  money 2900 v .7 .8 digits=0
vetsite_checks    次  flow  2.7 v .4 6
vetsite_people    人次 flow 46 v .6 4 season=festival
show_events       场  flow  2.1 v .4 5
show_people       人次 flow 130 v .5 5
show_films        场  flow  2.6 v .3 6
show_viewers      人次 flow 75 v .5 5
show_drills       次  flow  5.2 v .5 5
hall_days         天  flow  20 v .1 60
hall_people       人次 flow 165 v .5 7
gear_items        件  stock 48 v .4 - churn=.2
gear_fixed        件  flow  1.6 v .5 4
fraud_due         人  stock 1060 v .4 - churn=.5
fraud_set         人  share .92 v .04 parts=fraud_due
fraud_rate        %   percent parts=fraud_set,fraud_due digits=2
fraud_named       人  share .9 v .04 parts=fraud_set
track_km          公里 money 84 v .4 .3 digits=1
track_clips       段  flow  13 v .5 6
track_score       分  flow  91 v .05 60
supply_kg         公斤 money 4200 v .6 .6 season=farm digits=0
supply_tools      件  flow  18 v .5 6
open_items        项  flow  9.5 v .3 8
open_asked        条  flow  4.4 v .5 5
board_changes     次  flow  3.6 v .3 7
board_lines       条  flow  27 v .4 7
agri_guided       户次 flow 21 v .4 7
agri_area         亩  flow 120 f .5 6
coop_all          个  stock 3.6 v .5 - churn=.2
coop_farms        个  stock 5.4 v .5 - churn=.2
press_sent        篇  flow  5.1 v .5 6
press_used        篇  thinned .35 parts=press_sent
pump_all          座  stock 2.6 v .5 - churn=.05
pump_water        立方米 money 15500 f .6 .6 season=farm digits=0
slope_move        毫米 flow  3.2 v .5 4
merit_homes       户  stock 71 h .2 - churn=.7
merit_points      分  flow 5400 v .5 7
merit_swaps       次  flow  83 v .5 6
merit_rules       次  flow  .9 v .3 4
merit_posts       次  flow  2.4 v .4 6
`
