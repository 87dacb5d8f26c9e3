package demo

import (
	"fmt"
	"math/rand/v2"
)

// region is the district of the demo (GB/T 2260).
const region = "510411"

// place is a town of the district and places inside it.
type place struct {
	code, name string
	spots      []string
}

var places = []place{
	{"510411001", "大河中路街道", []string{"攀枝花大道南段", "土城街", "华芝路", "宝兴南街"}},
	{"510411100", "仁和镇", []string{"田坝村", "老街社区", "和苑路东侧", "橄榄坪园区", "沙沟村"}},
	{"510411101", "平地镇", []string{"平地村三组", "迤沙拉村", "白拉古村"}},
	{"510411102", "大田镇", []string{"片那立村", "银鹿村", "榴园村", "小啊喇村"}},
	{"510411103", "福田镇", []string{"金台子村", "塘坝村", "庄上村"}},
	{"510411104", "同德镇", []string{"共和村", "新民村", "双龙滩村"}},
	{"510411105", "金江镇", []string{"钒钛产业园区立柯片区", "保安营村", "马店河片区", "鱼塘村"}},
	{"510411106", "布德镇", []string{"中心村", "老村子村", "布德村"}},
	{"510411107", "前进镇", []string{"永胜村", "普达村", "胜利村", "普达阳光康养片区"}},
	{"510411200", "大龙潭彝族乡", []string{"混撒拉村", "拉鲊村", "新街村"}},
	{"510411201", "啊喇彝族乡", []string{"啊喇么村", "官房村", "永富村"}},
	{"510411203", "太平乡", []string{"灰窝村", "红岩村", "后坝村"}},
	{"510411204", "务本乡", []string{"乌拉村", "大火山村", "垭口村"}},
	{"510411205", "中坝乡", []string{"团山村", "学房村", "大纸房村"}},
}

// venture is a kind of project: what is built, by whom, and how large.
type venture struct {
	regime, category, nature string
	industry, permitIndustry string
	works, owner             string // works_type; kind of owner: office, company
	name                     string // with %s for the place
	scale                    string // with %d for the floor area in square metres
	floor                    [2]int // square metres
	price                    [2]int // investment per square metre of floor, in yuan
}

var ventures = []venture{
	// Government investment: approval.
	{"APPROVAL", "01", "1", "83", "10", "building", "office", "%s小学改扩建项目", "新建教学综合楼及运动场，总建筑面积 %d 平方米，配套供水供电、消防和绿化", [2]int{3200, 9800}, [2]int{3800, 5200}},
	{"APPROVAL", "01", "0", "83", "10", "building", "office", "%s中心幼儿园建设项目", "新建 12 班幼儿园，总建筑面积 %d 平方米，购置教学设备", [2]int{2600, 4800}, [2]int{3900, 5000}},
	{"APPROVAL", "01", "2", "84", "10", "building", "office", "%s卫生院业务用房改建项目", "改建门诊、住院用房，总建筑面积 %d 平方米，配置基本医疗设备", [2]int{1800, 5200}, [2]int{4200, 6000}},
	{"APPROVAL", "01", "0", "78", "09", "municipal", "office", "%s片区市政道路及管网工程", "新建城市支路及雨污管网，配套用房 %d 平方米，道路红线宽 18 米", [2]int{600, 1600}, [2]int{26000, 42000}},
	{"APPROVAL", "01", "0", "48", "03", "highway", "office", "%s至园区连接公路工程", "按三级公路标准新建，路基宽 8.5 米，养护站房 %d 平方米", [2]int{400, 1200}, [2]int{45000, 68000}},
	{"APPROVAL", "01", "0", "77", "09", "municipal", "office", "%s乡镇污水处理设施建设项目", "新建污水处理站及配套管网，站房 %d 平方米，日处理 800 立方米", [2]int{700, 2100}, [2]int{9800, 14500}},
	{"APPROVAL", "01", "2", "47", "09", "building", "office", "%s老旧小区改造配套基础设施项目", "改造住宅 %d 平方米，更新给排水、消防、照明和道路", [2]int{12000, 46000}, [2]int{420, 760}},
	{"APPROVAL", "01", "0", "85", "10", "building", "office", "%s敬老院及日间照料中心建设项目", "新建护理楼，总建筑面积 %d 平方米，设床位 120 张", [2]int{3600, 7600}, [2]int{3600, 4800}},
	{"APPROVAL", "01", "1", "76", "01", "water", "office", "%s灌区渠系配套与节水改造工程", "整治渠道 14 公里，管理用房 %d 平方米", [2]int{300, 900}, [2]int{32000, 54000}},
	{"APPROVAL", "01", "0", "88", "10", "building", "office", "%s文化活动中心建设项目", "新建图书室、排演厅和展厅，总建筑面积 %d 平方米", [2]int{2200, 5400}, [2]int{4100, 5600}},

	// Enterprise investment in the catalogue: ratification.
	{"RATIFICATION", "01", "0", "44", "02", "energy", "company", "%s农光互补光伏发电项目", "装机容量 50 兆瓦，新建升压站及综合楼 %d 平方米，送出线路 9 公里", [2]int{1800, 3600}, [2]int{68000, 92000}},
	{"RATIFICATION", "01", "0", "44", "02", "energy", "company", "%s风电场一期工程", "装机容量 49.5 兆瓦，升压站及生产楼 %d 平方米", [2]int{1500, 2800}, [2]int{120000, 150000}},
	{"RATIFICATION", "01", "0", "46", "09", "municipal", "company", "%s集中供水厂特许经营项目", "日供水 2 万吨，净水车间及泵房 %d 平方米，输水管 11 公里", [2]int{3200, 6800}, [2]int{14000, 19000}},
	{"RATIFICATION", "01", "0", "90", "10", "building", "company", "%s康养旅游综合体项目", "新建康养公寓、温泉中心和游客中心，总建筑面积 %d 平方米", [2]int{28000, 86000}, [2]int{4600, 6800}},
	{"RATIFICATION", "01", "0", "45", "02", "energy", "company", "%s天然气门站及输配管网项目", "新建门站及调压站 %d 平方米，中压管网 22 公里", [2]int{900, 2200}, [2]int{38000, 52000}},
	{"RATIFICATION", "01", "1", "54", "03", "highway", "company", "%s客货运综合枢纽项目", "新建站房、仓储和停车楼，总建筑面积 %d 平方米", [2]int{16000, 38000}, [2]int{3400, 4900}},

	// Other enterprise investment: filing.
	{"FILING", "01", "0", "13", "07", "agriculture", "company", "%s早春蔬菜冷链加工项目", "新建分拣、预冷和冷藏车间 %d 平方米，年处理蔬菜 3 万吨", [2]int{6800, 18000}, [2]int{2600, 3900}},
	{"FILING", "01", "0", "13", "07", "agriculture", "company", "%s芒果精深加工及包装生产线项目", "新建生产车间 %d 平方米，生产线 4 条，年产果汁果脯 1.2 万吨", [2]int{7200, 21000}, [2]int{2800, 4200}},
	{"FILING", "01", "0", "30", "05", "industry", "company", "%s装配式建筑构件生产基地项目", "新建厂房 %d 平方米，年产预制构件 10 万立方米", [2]int{18000, 42000}, [2]int{2100, 3000}},
	{"FILING", "02", "2", "32", "05", "industry", "company", "%s钒钛制品生产线智能化改造项目", "改造厂房 %d 平方米，更新自动化控制系统和除尘设施", [2]int{5200, 16000}, [2]int{4800, 7600}},
	{"FILING", "02", "2", "31", "05", "industry", "company", "%s铸造车间节能技术改造项目", "改造车间 %d 平方米，更换中频炉 6 台，配套余热利用", [2]int{4200, 12000}, [2]int{3900, 5800}},
	{"FILING", "02", "2", "34", "06", "industry", "company", "%s矿山机械配件数控加工技改项目", "改造车间 %d 平方米，购置数控机床 38 台", [2]int{3800, 9600}, [2]int{4400, 6200}},
	{"FILING", "01", "0", "03", "01", "agriculture", "company", "%s生态养殖示范场项目", "新建标准化圈舍 %d 平方米，配套粪污资源化利用设施", [2]int{8600, 24000}, [2]int{900, 1500}},
	{"FILING", "01", "0", "61", "10", "building", "company", "%s阳光康养度假酒店项目", "新建酒店主楼及配套设施 %d 平方米，客房 180 间", [2]int{14000, 36000}, [2]int{4900, 7200}},
	{"FILING", "01", "0", "59", "03", "industry", "company", "%s智慧物流仓储中心项目", "新建高标准仓库 %d 平方米，配套分拣系统和充电设施", [2]int{15000, 48000}, [2]int{2400, 3400}},
	{"FILING", "04", "0", "65", "08", "it", "company", "%s工业互联网数据服务平台项目", "改造机房 %d 平方米，购置服务器及网络安全设备", [2]int{900, 2400}, [2]int{18000, 26000}},
	{"FILING", "01", "1", "33", "05", "industry", "company", "%s钢结构加工厂扩建项目", "扩建厂房 %d 平方米，新增焊接与喷涂生产线", [2]int{8200, 20000}, [2]int{2200, 3100}},
}

// firms are made of these, so that no real one is meant.
var (
	firmHead = []string{"鑫源", "瑞丰", "恒泰", "金沙", "阳光谷", "川滇", "润禾", "启航", "仁通", "明昊", "攀钛", "芒乡", "裕民", "天麓", "博远", "安禾", "宏基", "九华", "蓝岸", "锦绣"}
	firmTail = map[string]string{
		"13": "农业科技有限公司", "03": "牧业有限公司", "30": "建材有限公司", "31": "铸造有限公司", "32": "钒钛科技有限公司",
		"33": "钢构有限公司", "34": "机械制造有限公司", "44": "新能源有限公司", "45": "燃气有限公司", "46": "水务有限公司",
		"54": "交通枢纽有限公司", "59": "物流有限公司", "61": "酒店管理有限公司", "65": "信息技术有限公司", "90": "文旅发展有限公司",
	}
	offices = map[string]string{
		"83": "攀枝花市仁和区教育事业服务中心", "84": "攀枝花市仁和区医疗卫生事务中心", "78": "攀枝花市仁和区市政建设服务中心",
		"48": "攀枝花市仁和区公路建设服务中心", "77": "攀枝花市仁和区环境设施服务中心", "47": "攀枝花市仁和区房屋建设服务中心",
		"85": "攀枝花市仁和区养老事业服务中心", "76": "攀枝花市仁和区水利工程服务中心", "88": "攀枝花市仁和区文化事业服务中心",
	}
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "罗", "周", "吴", "沙", "毛", "赵", "何", "黄", "唐", "谢", "邓", "蒋", "钟", "阿"}
	given    = []string{"建国", "晓梅", "志强", "丽华", "海燕", "正明", "小芳", "文军", "春燕", "国平", "永红", "思远", "雨欣", "天佑", "成林", "玉兰", "俊杰", "静怡", "光荣", "家豪"}
)

func person(r *rand.Rand) string { return pick(r, surnames) + pick(r, given) }

// unit is who owns projects: an office of the district, or an enterprise.
type unit struct {
	name, code, nature, investor, address string
	scope                                 string
	boss, bossID                          string
}

func newUnit(r *rand.Rand, v venture, p place, today string) unit {
	u := unit{boss: person(r), bossID: residentID(r, today), address: "攀枝花市仁和区" + p.name + pick(r, p.spots)}
	if v.owner == "office" {
		u.name, u.code = offices[v.industry], creditCode(r, "12")
		u.nature, u.investor, u.scope = "事业单位", "6", "受区人民政府委托承担项目建设管理"
		return u
	}
	u.name, u.code = "攀枝花市"+pick(r, firmHead)+firmTail[v.industry], creditCode(r, "91")
	u.nature, u.investor, u.scope = "有限责任公司", "3", "依法须经批准的项目，经相关部门批准后方可开展经营活动"
	return u
}

// between is a number of a range, rounded to tens.
func between(r *rand.Rand, span [2]int) int {
	return (span[0] + r.IntN(span[1]-span[0]+1)) / 10 * 10
}

// money writes an amount of yuan as 万元 with two places. It is never a float.
func money(yuan int) string { return fmt.Sprintf("%d.%02d", yuan/10000, yuan%10000/100) }
