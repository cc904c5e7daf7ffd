package scanner

import "strings"

// secretTable lists the forms. What a service documents of its keys is what is
// looked for: a known start and so many characters of a known set.
func secretTable() []secretKind {
	var table []secretKind
	add := func(rule, name, starts string, set charset, least, most int) {
		for start := range strings.FieldsSeq(starts) {
			table = append(table, secretKind{rule: rule, name: name, start: start, set: set, min: least, max: most})
		}
	}
	add(ownKeys, "an API key of plugforge", "sk_", alnum, 40, 40)

	add(cloudKeys, "an AWS access key", "AKIA ASIA ABIA ACCA", upper|digit, 16, 16)
	add(cloudKeys, "a Google API key", "AIza", slug, 35, 35)
	add(cloudKeys, "a Google OAuth secret", "GOCSPX-", slug, 28, 28)
	add(cloudKeys, "a Google access token", "ya29.", slug, 50, 0)
	add(cloudKeys, "a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", digit|hex, 64, 64)
	add(cloudKeys, "a Databricks token", "dapi", digit|hex, 32, 32)

	add(serviceTokens, "a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", alnum, 36, 0)
	add(serviceTokens, "a GitHub token", "github_pat_", word, 60, 0)
	add(serviceTokens, "a GitLab token", "glpat- gldt- glrt- glsoat- glptt- glagent- glimt- glft- glcbt-", slug|dot, 20, 0)
	add(serviceTokens, "a Slack token", "xoxb- xoxp- xoxa- xoxo- xoxr- xoxs- xoxe- xapp-", alnum|dash, 24, 0)
	add(serviceTokens, "a Slack webhook", "hooks.slack.com/services/", alnum|plus, 40, 0)
	add(serviceTokens, "a Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", alnum, 16, 0)
	add(serviceTokens, "a Stripe webhook secret", "whsec_", alnum|plus, 32, 0)
	add(serviceTokens, "an Anthropic key", "sk-ant-", slug, 32, 0)
	add(serviceTokens, "an OpenAI key", "sk-proj- sk-svcacct- sk-admin- sk-None-", slug, 32, 0)
	add(serviceTokens, "an OpenAI key", "sk-", alnum, 32, 0)
	add(serviceTokens, "an OpenRouter key", "sk-or-v1-", digit|hex, 64, 64)
	add(serviceTokens, "a Hugging Face token", "hf_ api_org_", alnum, 34, 0)
	add(serviceTokens, "a Replicate token", "r8_", alnum, 37, 0)
	add(serviceTokens, "a Groq key", "gsk_", alnum, 48, 0)
	add(serviceTokens, "an xAI key", "xai-", alnum, 60, 0)
	add(serviceTokens, "a Perplexity key", "pplx-", alnum, 40, 0)
	add(serviceTokens, "an NVIDIA key", "nvapi-", slug, 60, 0)
	add(serviceTokens, "a Pinecone key", "pcsk_", word, 50, 0)
	add(serviceTokens, "a SendGrid key", "SG.", slug|dot, 60, 0)
	add(serviceTokens, "an npm token", "npm_", alnum, 36, 36)
	add(serviceTokens, "a token of a package index", "pypi-AgE", slug, 50, 0)
	add(serviceTokens, "a Shopify token", "shpat_ shpca_ shppa_ shpss_", alnum, 32, 32)
	add(serviceTokens, "a Docker token", "dckr_pat_", slug, 27, 0)
	add(serviceTokens, "a Grafana token", "glsa_", word, 40, 0)
	add(privateKeys, "an age private key", "AGE-SECRET-KEY-1", upper|digit, 58, 58)

	return append(table,
		secretKind{rule: privateKeys, name: "a private key", start: "-----BEGIN ", inner: true, match: matchPEM},
		secretKind{rule: privateKeys, name: "a PuTTY private key", start: "Private-Lines:", inner: true, match: matchPuTTY},
		secretKind{rule: cloudKeys, name: "an AWS secret key", start: "secret_access_key", fold: true, inner: true, match: matchAWS},
		secretKind{rule: cloudKeys, name: "an AWS secret key", start: "secretaccesskey", fold: true, inner: true, match: matchAWS},
		secretKind{rule: cloudKeys, name: "an AWS secret key", start: "aws_secret_key", fold: true, inner: true, match: matchAWS},
		secretKind{rule: cloudKeys, name: "an Azure storage key", start: "AccountKey=", inner: true, match: matchBase64(80, 88)},
		secretKind{rule: cloudKeys, name: "an Azure access key", start: "SharedAccessKey=", inner: true, match: matchBase64(40, 88)},
		secretKind{rule: cloudKeys, name: "an Azure client secret", start: "8Q~", inner: true, match: matchAzureClient},
		secretKind{rule: cloudKeys, name: "an Azure client secret", start: "7Q~", inner: true, match: matchAzureClient},
		secretKind{rule: serviceTokens, name: "a signed web token", start: "eyJ", match: matchJWT},
		secretKind{rule: serviceTokens, name: "a Telegram bot token", start: ":AA", inner: true, match: matchTelegram},
		secretKind{rule: passwords, name: "a password in an address", start: "://", inner: true, match: matchURL},
		secretKind{rule: passwords, name: "a password", start: "password", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a password", start: "passwd", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a secret", start: "secret", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a token", start: "token", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a key", start: "api_key", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a key", start: "api-key", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a key", start: "apikey", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a key", start: "access_key", fold: true, inner: true, match: matchAssigned},
		secretKind{rule: passwords, name: "a key", start: "private_key", fold: true, inner: true, match: matchAssigned},
	)
}
