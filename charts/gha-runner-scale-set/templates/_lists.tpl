{{/*
Lists of named items (containers, env, volumes, volumeMounts). Templates can only return text, so each of these renders YAML; parse it with
fromYaml or fromYamlArray.
*/}}

{{/* The item with the given name, or nothing. Takes (list name items). */}}
{{- define "gha-runner-scale-set.byName" -}}
{{- $name := first . -}}
{{- $found := dict -}}
{{- range last . -}}
{{- if and (not $found) (eq .name $name) -}}
{{- $found = . -}}
{{- end -}}
{{- end -}}
{{- with $found -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/* The items whose names are not in the list. Takes (list names items). */}}
{{- define "gha-runner-scale-set.withoutNames" -}}
{{- $names := first . -}}
{{- $rest := list -}}
{{- range last . -}}
{{- if not (has .name $names) -}}
{{- $rest = append $rest . -}}
{{- end -}}
{{- end -}}
{{- toYaml $rest -}}
{{- end -}}

{{/* The user's items, then those of the chart's items whose names the user does not use. Takes (list user chart). */}}
{{- define "gha-runner-scale-set.userFirst" -}}
{{- $user := first . | default list -}}
{{- $names := list -}}
{{- range $user -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- concat $user (include "gha-runner-scale-set.withoutNames" (list $names (last .)) | fromYamlArray) | default list | toYaml -}}
{{- end -}}

{{/*
The chart's items, each replaced by the user's item with the same name if there is one, then the user's other items. Takes (list user
chart).
*/}}
{{- define "gha-runner-scale-set.chartFirst" -}}
{{- $user := first . | default list -}}
{{- $items := list -}}
{{- $names := list -}}
{{- range last . -}}
{{- $names = append $names .name -}}
{{- $items = append $items (include "gha-runner-scale-set.byName" (list .name $user) | default (toYaml .) | fromYaml) -}}
{{- end -}}
{{- concat $items (include "gha-runner-scale-set.withoutNames" (list $names $user) | fromYamlArray) | default list | toYaml -}}
{{- end -}}

{{/*
A container with the chart's env and volumeMounts added. Takes (dict "container" map "env" list "volumeMounts" list "keepEmpty" whether to
render an empty volumeMounts).
*/}}
{{- define "gha-runner-scale-set.container" -}}
{{- $container := omit .container "env" "volumeMounts" -}}
{{- with include "gha-runner-scale-set.userFirst" (list .container.env .env) | fromYamlArray -}}
{{- $_ := set $container "env" . -}}
{{- end -}}
{{- $mounts := include "gha-runner-scale-set.userFirst" (list .container.volumeMounts .volumeMounts) | fromYamlArray -}}
{{- if or $mounts .keepEmpty -}}
{{- $_ := set $container "volumeMounts" $mounts -}}
{{- end -}}
{{- toYaml $container -}}
{{- end -}}
