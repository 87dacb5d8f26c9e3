package forms

import "strings"

// texts are all sentences of this package: what to do, in Chinese and English.
// {name} is a parameter; one that is missing leaves nothing.
var texts = map[string]words{
	"required":         {"请填写{label}", "Enter {label}"},
	"required.choose":  {"请选择{label}", "Choose {label}"},
	"required.confirm": {"请勾选“{label}”", "Tick “{label}”"},
	"required.rows":    {"请至少增加一行{label}", "Add at least one row to {label}"},
	"required.locked":  {"{label}由系统带入，目前缺少，请先在其来源处补全", "{label} is filled in from elsewhere and is missing; complete it there first"},
	"lacking":          {"缺少“{name}”，请补充", "“{name}” is missing; add it"},
	"unknown":          {"表中没有“{name}”这一栏，请去掉", "The form has no field “{name}”; remove it"},
	"form":             {"所填内容不符合本表要求，请核对各栏", "The answers do not fit this form; check every field"},
	"follow":           {"请按说明填写{label}", "Enter {label} as its description says"},
	"text":             {"请用文字填写{label}", "Enter {label} as text"},
	"choose":           {"请在列出的选项中选择{label}", "Choose {label} from the options listed"},
	"expired":          {"“{value}”已停用，请重新选择{label}", "“{value}” is no longer in use; choose {label} again"},

	"number":         {"{label}应为{range}数{digits}", "{label} must be a number{range}{digits}"},
	"integer":        {"{label}应为{range}整数", "{label} must be a whole number{range}"},
	"range.min":      {"不小于 {min} 的", " of at least {min}"},
	"range.above":    {"大于 {above} 的", " greater than {above}"},
	"range.max":      {"不大于 {max} 的", " of at most {max}"},
	"range.below":    {"小于 {below} 的", " less than {below}"},
	"range.join":     {"、", " and"},
	"digits.scale":   {"，整数部分最多 {whole} 位，最多 {scale} 位小数", ", with at most {whole} digits before the point and {scale} after"},
	"digits.decimal": {"，最多 {scale} 位小数", ", with at most {scale} decimal places"},
	"digits.step":    {"，且为 {step} 的倍数", ", a multiple of {step}"},

	"min_length":       {"{label}至少 {n} 个字，现有 {have} 个字", "{label} needs at least {n} characters; it has {have}"},
	"max_length":       {"{label}不超过 {n} 个字，现有 {have} 个字，请精简", "{label} may have {n} characters; it has {have}, shorten it"},
	"min_items":        {"{label}至少 {n} 行，请补充", "{label} needs at least {n} rows; add them"},
	"min_items.choose": {"{label}至少选择 {n} 项", "Choose at least {n} of {label}"},
	"max_items":        {"{label}最多 {n} 行，请删减", "{label} may have {n} rows; remove the others"},
	"max_items.choose": {"{label}最多选择 {n} 项", "Choose at most {n} of {label}"},
	"unique":           {"{label}有重复，请去掉重复的", "{label} has repetitions; remove them"},

	"uscc.shape":         {"请填写 18 位统一社会信用代码", "Enter the unified social credit code of 18 characters"},
	"uscc.digit":         {"请填写 18 位统一社会信用代码，最后一位校验码不符", "Enter the unified social credit code of 18 characters; its last character, the check digit, does not fit"},
	"uscc.inner":         {"统一社会信用代码第 9–17 位的组织机构代码校验码不符，请与证照核对；核对无误可继续", "Characters 9–17 of the unified social credit code, the organisation code, have a check digit that does not fit; compare with the certificate, and go on if they are right"},
	"org-code.shape":     {"请填写 9 位组织机构代码", "Enter the organisation code of 9 characters"},
	"org-code.digit":     {"请填写 9 位组织机构代码，最后一位校验码不符", "Enter the organisation code of 9 characters; its last character, the check digit, does not fit"},
	"resident-id.shape":  {"请填写 18 位公民身份号码", "Enter the citizen identity number of 18 characters"},
	"resident-id.date":   {"请填写 18 位公民身份号码，第 7–14 位的出生日期不存在或晚于今天", "Enter the citizen identity number of 18 characters; characters 7–14 must be a birthday that exists and is not after today"},
	"resident-id.digit":  {"请填写 18 位公民身份号码，最后一位校验码不符", "Enter the citizen identity number of 18 characters; its last character, the check digit, does not fit"},
	"project-code.shape": {"请填写项目代码，20 位数字分五段，例如 2512-510411-04-01-123456", "Enter the project code, 20 digits in five parts, such as 2512-510411-04-01-123456"},
	"project-code.date":  {"请填写项目代码，前四位应为年月（如 2512）或 2015–2020 的年份", "Enter the project code; its first four digits are year and month (2512) or a year from 2015 to 2020"},
	"project-code.digit": {"请填写项目代码，最后一位校验码不符", "Enter the project code; its last digit, the check digit, does not fit"},
	"mobile-cn":          {"请填写 11 位手机号码", "Enter a mobile number of 11 digits"},
	"year-month":         {"请按年-月填写{label}，例如 2026-03", "Enter {label} as year and month, such as 2026-03"},
	"date":               {"请按年-月-日填写{label}，例如 2026-03-01", "Enter {label} as year, month and day, such as 2026-03-01"},
	"date-time":          {"请填写{label}的日期和时间，例如 2026-03-01T09:00:00+08:00", "Enter {label} with date and time, such as 2026-03-01T09:00:00+08:00"},
	"email":              {"请填写电子邮箱，例如 name@example.com", "Enter an e-mail address, such as name@example.com"},
	"uri":                {"请填写完整的网址，例如 https://example.com", "Enter a whole web address, such as https://example.com"},

	"not-before": {"{label}不应早于{other}（{value}）", "{label} must not be before {other} ({value})"},
	"not-after":  {"{label}不应晚于{other}（{value}）", "{label} must not be after {other} ({value})"},
	"today":      {"今天", "today"},
	"sum":        {"{column}合计 {sum}，应与{other} {value} {unit}一致，请修改", "The sum of {column} is {sum}; it must equal {other}, {value}"},

	"in_row":         {"第 {row} 行：{text}", "Row {row}: {text}"},
	"row":            {"第 {n} 行", "Row {n}"},
	"row.remove":     {"删除第 {n} 行", "Remove row {n}"},
	"yes":            {"是", "Yes"},
	"no":             {"否", "No"},
	"change.changed": {"已改", "changed"},
	"change.added":   {"新增", "added"},
	"change.removed": {"删除", "removed"},
	"source.project": {"来自项目登记", "From the project registration"},
	"source.other":   {"来自{from}", "From {from}"},
}

// say puts parameters, given as names and values, into a text.
func say(lang, key string, params ...string) string {
	m := make(map[string]string, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[params[i]] = params[i+1]
	}
	return fill(texts[key].in(lang), lang, m)
}

// fill replaces {name} by the parameter: name_en first in English.
func fill(s, lang string, params map[string]string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			return strings.TrimSpace(b.String())
		}
		name, after, _ := strings.Cut(rest, "}")
		v := params[name]
		if en := params[name+"_en"]; lang == English && en != "" {
			v = en
		}
		b.WriteString(v)
		s = after
	}
}

// Message says what to do about a problem, in Chinese or English.
func (p Problem) Message(lang string) string {
	if own := (words{p.Params["message"], p.Params["message_en"]}); own != (words{}) {
		return p.inRow(own.in(lang), lang)
	}
	key := p.Code
	if kind := p.Params["kind"]; kind != "" {
		if _, ok := texts[key+"."+kind]; ok {
			key += "." + kind
		}
	}
	params := make(map[string]string, len(p.Params)+2)
	for k, v := range p.Params {
		params[k] = v
	}
	if p.Code == "number" || p.Code == "integer" {
		params["range"], params["digits"] = p.numberRange(lang), p.numberDigits(lang)
	}
	return p.inRow(fill(texts[key].in(lang), lang, params), lang)
}

func (p Problem) inRow(text, lang string) string {
	if n := p.Params["row"]; n != "" {
		return say(lang, "in_row", "row", n, "text", text)
	}
	return text
}

// numberRange words the bounds; excluded and included ones may be mixed.
func (p Problem) numberRange(lang string) string {
	var parts []string
	for _, bound := range []string{"min", "above", "max", "below"} {
		if v := p.Params[bound]; v != "" {
			parts = append(parts, strings.ReplaceAll(texts["range."+bound].in(lang), "{"+bound+"}", v))
		}
	}
	if len(parts) == 2 && lang != English {
		parts[0] = strings.TrimSuffix(parts[0], " 的")
	}
	return strings.Join(parts, texts["range.join"].in(lang))
}

func (p Problem) numberDigits(lang string) string {
	key := ""
	switch {
	case p.Params["step"] != "":
		key = "digits.step"
	case p.Params["whole"] != "":
		key = "digits.scale"
	case p.Params["scale"] != "":
		key = "digits.decimal"
	default:
		return ""
	}
	return fill(texts[key].in(lang), lang, p.Params)
}
