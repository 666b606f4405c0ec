package demo

func welfareForms() []formSpec {
	return []formSpec{
		{id: "mz-jz-m", system: "mz-shjz", title: "村级社会救助对象动态管理月报表", cycle: "month", due: 5, basis: "社会救助工作统计制度", fields: heads + `
dbh 低保户数 dibao_hh
dbr 低保人口数 dibao_people
xz 本月新增低保（人） dibao_new
tc 本月退出低保（人） dibao_left
bz 低保保障标准（元/月） dibao_standard
tk 特困供养人员数 tekun
by 低保边缘人口数 edge_people
ls 临时救助人次 relief_times
je 临时救助金额（元） relief_amount`},
		{id: "ny-kn-m", system: "ny-jc", title: "困难群众底数与帮扶情况统计表", cycle: "month", due: 7, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
dbhs 享受最低生活保障户数 dibao_hh
dbrs 享受最低生活保障人数 dibao_people
tkrs 分散集中特困供养人数 tekun
byrs 低收入边缘人口 edge_people
lsrc 临时救助（人次） relief_times
lsje 临时救助资金（万元） relief_amount *0.0001 of=万元 digits=4
zf 走访困难户（户次） visits_poor
fx 消除风险户数 risk_cleared`},
		{id: "ny-jc-m", system: "ny-jc", title: "防返贫监测对象动态月报", cycle: "month", due: 5, basis: "防止返贫监测和帮扶工作制度", fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
jch 监测对象户数 monitored_hh
jcr 监测对象人口 monitored_people
xc 本月风险消除（户） risk_cleared
rk 户籍人口（人） pop_registered pre
hs 总户数 households pre`},
		{id: "mz-ln-m", system: "mz-ylfw", title: "老年人基本情况及养老服务月报表", cycle: "month", due: 5, fields: heads + `
l60 60周岁以上老年人数 old60
l65 65周岁以上老年人数 old65
l80 80周岁以上高龄老人数 old80
sn 失能半失能老人 old_disabled
dj 独居老人数 old_alone
kc 空巢老人数 old_empty_nest
tf 探访关爱（次） old_visits
zc 助餐（人次） old_meals`},
		{id: "wj-ln-m", system: "wj-ggws", title: "老年人健康管理服务统计表", cycle: "month", due: 5, fields: `
jg 机构所属村 @unit
jgdm 行政区划代码 @code
tb 填报人姓名 @reporter
r60 六十岁及以上人口 old60
r65 六十五岁及以上人口 old65
r80 八十岁及以上人口 old80
snr 失能老年人数 old_disabled
djr 独自居住老年人 old_alone
tj 本月体检人数 old_physical
sf 随访（人次） old_followup`},
		{id: "wj-gw-m", system: "wj-ggws", title: "基本公共卫生服务项目月报表", cycle: "month", due: 6, basis: "国家基本公共卫生服务规范", fields: `
jg 机构所属村 @unit
jgdm 行政区划代码 @code
tb 填报人姓名 @reporter
jd 累计建档份数 ph_records
xj 本月新建档案 ph_new
gxy 高血压随访人次 ph_bp
tnb 糖尿病随访人次 ph_sugar
et 儿童健康管理人次 ph_child
yf 孕产妇管理人次 ph_maternal
jz 预防接种剂次 ph_vaccine
jzx 健康讲座（场） ph_lectures`},
		{id: "wj-jd-m", system: "wj-zdrq", title: "村卫生室公共卫生工作进度调度表", cycle: "month", due: 3, offList: true, fields: heads + `
jds 居民健康档案累计数 ph_records
xzd 新增健康档案（份） ph_new
bps 高血压患者随访（人次） ph_bp
sgs 糖尿病患者随访（人次） ph_sugar
ets 0-6岁儿童健康管理（人次） ph_child
ycf 孕产妇健康管理（人次） ph_maternal
ymj 疫苗接种（剂次） ph_vaccine
xcl 发放健教资料（份） ph_materials
jsz 严重精神障碍在管人数 ph_mental_people`},
		{id: "mz-hj-q", system: "mz-shjz", title: "户籍人口情况季报表", cycle: "quarter", due: 8, fields: heads + `
zrk 户籍人口总数（人） pop_registered
nan 男性 registered_male
nv 女性 registered_female
et 0-14岁人口 registered_child
ld 15-59岁人口 registered_work
ln 60岁以上人口 old60`},
		{id: "wj-cz-q", system: "wj-ggws", title: "常住人口情况季报表", cycle: "quarter", due: 8, fields: `
jg 机构所属村 @unit
jgdm 行政区划代码 @code
tb 填报人姓名 @reporter
zrk 常住人口总数（人） pop_resident
nan 男性 resident_male
nv 女性 resident_female
et 0-14岁人口 resident_child
ld 15-59岁人口 resident_work
ln 60岁以上人口 resident_old`},
		{id: "yb-cb-m", system: "yb-cb", title: "城乡居民医保参保扩面调度表", cycle: "month", due: 2, offList: true, basis: "县医保参保扩面专班通知", fields: heads + `
hj 户籍人口 pop_registered pre
cb 已参保人数 med_insured
cbl 参保率（%） med_rate target=95
xz 新增参保（人） med_new
tb 停保（人） med_stop
je 征缴金额（元） med_fee
dh2 电话动员（人次） med_calls
rh 入户动员（户次） med_visits`},
		{id: "rs-jy-m", system: "rs-jy", title: "农村劳动力转移就业月报表", cycle: "month", due: 4, fields: heads + `
wc 外出务工人数 job_out
sw 其中省外务工 job_out_province
xn 县内务工人数 job_county
fx 返乡回流人数 job_home
px 技能培训人次 job_trained
gw 公益性岗位数 job_posts
dj 岗位对接（人次） job_matched
zp 招聘会场次 job_fairs
sr 务工月均收入（元） job_income`},
		{id: "ny-wg-m", system: "ny-jc", title: "脱贫劳动力外出务工监测月报表", cycle: "month", due: 6, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
wgrs 在外务工总人数 job_out
swrs 跨省务工人数 job_out_province
jdrs 县域内就业人数 job_county
fxrs 返乡人员数 job_home
gyg 公益岗位安置数 job_posts
pxr 培训人次 job_trained
bt 交通补助金额（元） job_subsidy`},
		{id: "zj-fw-q", system: "zj-fw", title: "农村房屋安全隐患排查季报表", cycle: "quarter", due: 10, basis: "农村房屋安全隐患排查整治工作方案", fields: heads + `
zs 农房总数（栋） house_total
pc 本季排查（栋） house_checked
c C级房屋（栋） house_c
d D级房屋（栋） house_d
zj 自建房（栋） house_self
jy 经营性自建房（栋） house_business
wx 维修加固（栋） house_repaired`},
		{id: "yj-nf-q", system: "yj-yjgl", title: "农村住房风险摸底统计表", cycle: "quarter", due: 10, offList: true, fields: `
dwmc 填报单位 @unit
dwdm 单位代码 @code
fzr 填表人 @reporter
nfs 农村住房栋数 house_total
cj 鉴定为C级栋数 house_c
dj 鉴定为D级栋数 house_d
zjf 自建住房栋数 house_self
jyf 用作经营的自建房栋数 house_business
jg 加固栋数 house_repaired
cz 撤离安置户数 house_moved`},
	}
}

func farmForms() []formSpec {
	return []formSpec{
		{id: "sthj-rj-m", system: "sthj-rj", title: "农村人居环境整治月报表", cycle: "month", due: 5, fields: heads + `
lj 清运生活垃圾（吨） garbage_tons
dd 垃圾收集点（个） garbage_points
cs 新改户厕（座） toilets_new
ws 污水治理覆盖户数 sewage_hh
rc 出动清扫（人次） clean_people
kt 清理坑塘（口） clean_ponds
gq 清理沟渠（米） clean_ditch
cj 清理残垣堆物（处） clean_waste
gg 清理小广告（处） clean_ads`},
		{id: "ny-rj-m", system: "ny-rj", title: "农村厕所革命和垃圾污水治理调度表", cycle: "month", due: 5, offList: true, fields: heads + `
ljl 生活垃圾清运量（公斤） garbage_tons *1000 of=公斤 digits=0
ljd 垃圾集中收集点位 garbage_points
gc 本月改厕数 toilets_new
wsh 生活污水治理户数 sewage_hh
kts 整治坑塘数 clean_ponds
gqs 疏浚沟渠长度（米） clean_ditch
by 保洁员（人） cleaners
zcs 卫生厕所总数 toilets_total`},
		{id: "ny-cx-m", system: "ny-cx", title: "农产品产销情况月报表", cycle: "month", due: 5, basis: "农产品市场监测预警制度", fields: heads + `
sc 蔬菜产量（公斤） veg_kg
scs 蔬菜销售额（元） veg_income
gp 水果产量（公斤） fruit_kg
gps 水果销售额（元） fruit_income
ls 粮食销量（公斤） grain_kg
lss 粮食销售额（元） grain_income
dq 禽蛋产量（公斤） egg_kg
dqs 禽蛋销售额（元） egg_income
wd 网销订单（单） online_orders
xm 小麦面积（亩） wheat_area`},
		{id: "ny-jg-w", system: "ny-cx", title: "农产品上市量与价格周报", cycle: "week", due: 1, fields: heads + `
ss 上市量（公斤） market_kg
xs 销售额（元） market_income
kc 库存（公斤） market_stock
cc 外运车次 market_trucks`},
		{id: "ny-dw-m", system: "ny-dw", title: "动物防疫月报表", cycle: "month", due: 3, basis: "动物防疫条件审查办法", fields: heads + `
zcl 生猪存栏（头） pigs
jq 家禽存栏（羽） poultry
nf 牛存栏（头） cattle
zmy 生猪免疫（头） vaccinated_pigs
jmy 家禽免疫（羽） vaccinated_birds
xd 消毒面积（平方米） disinfected
xc 养殖户巡查（户次） animal_checks
wh 无害化处理（头） animal_dead
yq 疫情报告（次） animal_reports`},
		{id: "sl-xh-m", system: "sl-hz", title: "村级河长巡河月报表", cycle: "month", due: 2, basis: "河长制工作规定", fields: heads + `
hc 管护河长（公里） river_km
pd 排污口（处） river_points
xh 巡河（次） river_patrols
xr 参与巡河（人次） river_people
lj 打捞垃圾（公斤） river_trash
wf 发现违法（处） river_illegal
zp 上传照片（张） river_photos
qy 清淤（米） river_dredge`},
		{id: "sl-ys-m", system: "sl-hz", title: "农村饮水安全水质自检月报", cycle: "month", due: 4, fields: heads + `
yl 出厂水余氯（mg/L） water_chlorine
zd 浑浊度（NTU） water_turbidity
ph pH值 water_ph
rk 供水人口 water_served
cs 采样（份） water_samples`},
		{id: "wj-ys-m", system: "wj-zdrq", title: "农村生活饮用水卫生监督抽检表", cycle: "month", due: 4, fields: heads + `
yl 末梢水余氯（mg/L） water_chlorine again=.2
zd 浑浊度（NTU） water_turbidity again=.25
ph pH值 water_ph again=.02
jl 抽检结论 ?合格:94|不合格:6`},
		{id: "tj-nm-y", system: "tj-nb", title: "行政村年末基本情况年报", cycle: "year", due: 25, basis: "农林牧渔业统计报表制度", fields: heads + `
rk 年末户籍人口（人） pop_registered
hs 年末户数（户） households
gd 年末小麦面积（亩） wheat_area
sz 年末生猪存栏（头） pigs
jq 年末家禽存栏（羽） poultry
dy 年末党员（人） party_members`},
		{id: "ny-nc-y", system: "ny-sz", title: "农村经济基本情况年初表", cycle: "year", due: 30, fields: heads + `
rk 年初户籍人口（人） pop_start
hs 年初户数（户） households_start
sr 集体经营收入（元） coll_income
zc 集体经营支出（元） coll_spent`},
		{id: "ny-zc-l", system: "ny-sz", title: "村级零星支出台账", cycle: "month", due: 5, per: "record", who: "spending", basis: "农村集体经济组织财务制度", fields: `
cm 村（社区） @unit
pz 凭证号 $number
rq 支出日期 $date
yt 支出用途 $purpose
je 支出金额（元） $amount
jb 经办人 @reporter`},
		{id: "ny-yg-l", system: "ny-sz", title: "零星用工补助发放台账", cycle: "month", due: 5, per: "record", who: "labour", fields: `
cm 村（社区） @unit
dh 单号 $number
rq 发放日期 $date
gz 用工事由 $work
gs 用工数（个） $days
je 发放金额（元） $pay
jb 经办人 @reporter`},
	}
}

func peopleForms() []formSpec {
	return []formSpec{
		{id: "jy-ls-p", system: "jy-xs", title: "农村留守儿童信息登记表", cycle: "quarter", due: 6, per: "record", who: "child", basis: "农村留守儿童关爱保护工作意见", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
xb 性别 ~sex
jhr 监护人姓名 ~guardian
jhdh 监护人联系电话 ~guardian-phone
gx 监护类型 ~guardian-kind
xx 就读学校 ~school
nj 年级 ~grade
fm 父母外出情况 ~parents
jz 家访次数 ~visits`},
		{id: "fl-ls-p", system: "fl-ga", title: "留守儿童关爱服务台账", cycle: "quarter", due: 8, per: "record", who: "child", offList: true, fields: `
szc 所在村 @unit
zjhm 证件号码 ~id
etxm 儿童姓名 ~name
xbdm 性别代码 ~sex codes=男:1,女:2
jhrxm 实际监护人 ~guardian
lxdh 监护人手机 ~guardian-phone
jhfs 监护方式代码 ~guardian-kind codes=祖辈监护:01,亲戚监护:02,单亲监护:03,其他:09
jdxx 所在学校 ~school
fmwc 父母外出务工类型 ~parents codes=双方外出:A,父亲外出:B,母亲外出:C
ga 关爱走访次数 ~visits-women`},
		{id: "cl-cj-p", system: "cl-fw", title: "持证残疾人基本状况调查表", cycle: "half", due: 15, per: "record", who: "disabled", basis: "残疾人基本服务状况和需求信息动态更新", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
xb 性别 ~sex
dh 联系电话 ~phone
lb 残疾类别 ~disability
dj 残疾等级 ~disability-grade
hl 是否需要护理 ~care
db 是否低保 ~dibao
jy 就业状况 ~employment
fj 家庭无障碍改造 ~access`},
		{id: "mz-bt-p", system: "mz-shjz", title: "残疾人两项补贴对象信息核对表", cycle: "half", due: 20, per: "record", who: "disabled", fields: `
xzc 行政村 @unit
gmsfhm 公民身份号码 ~id
dxxm 对象姓名 ~name
xbm 性别 ~sex codes=男:1,女:2
cjlb 残疾类型代码 ~disability codes=肢体:4,视力:1,听力:2,言语:3,智力:5,精神:6,多重:7
cjdj 残疾级别 ~disability-grade codes=一级:1,二级:2,三级:3,四级:4
hlxq 护理需求 ~care codes=是:1,否:0
dbbz 低保标志 ~dibao codes=是:1,否:0
btje 补贴金额（元/月） ~allowance`},
		{id: "wj-gxy-p", system: "wj-zdrq", title: "高血压患者随访记录表", cycle: "quarter", due: 5, per: "record", who: "hypertension", basis: "国家基本公共卫生服务规范", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
xb 性别 ~sex
ssy 收缩压（mmHg） ~systolic
szy 舒张压（mmHg） ~diastolic
xl 心率（次/分） ~pulse
tz 体重（kg） ~weight
fy 服药依从性 ~compliance
xy 日吸烟量（支） ~smoking`},
		{id: "mz-gl-p", system: "mz-ylfw", title: "高龄津贴对象生存状况核查表", cycle: "half", due: 15, per: "record", who: "old", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
xb 性别 ~sex
fs 核查方式 ~check-way
jt 津贴标准（元/月） ~old-allowance
zk 生存状况 ~alive
zh 发放是否正常 ~paid`},
		{id: "ny-sr-p", system: "ny-jc", title: "监测对象家庭收支台账", cycle: "quarter", due: 10, per: "record", who: "monitored", fields: `
xzc 行政村 @unit
hzsfz 户主证件号码 ~id
hz 户主姓名 ~name
rk 家庭人口 ~members
gz 工资性收入（元） ~wage
jy 生产经营性收入（元） ~farm-income
zy 转移性收入（元） ~transfer
zc 生产经营性支出（元） ~farm-cost
yl 医疗自付支出（元） ~medical`},
	}
}

func otherForms() []formSpec {
	return []formSpec{
		{id: "jy-kc-m", system: "jy-xs", title: "控辍保学工作月报表", cycle: "month", due: 3, fields: heads + `
sl 适龄儿童（人） registered_child pre
zf 学生家访（户次） school_visits
cx 失学辍学 ?无:99|有:1`},
		{id: "cl-fw-q", system: "cl-fw", title: "残疾人服务情况季报表", cycle: "quarter", due: 8, fields: heads + `
cz 持证残疾人（人） disabled_cert
zf 入户探访（户次） disabled_visits
px 参加培训（人次） disabled_trained`},
	}
}
