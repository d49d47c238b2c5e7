# To be sourced: `. ./assume-role.sh ROLE_ARN` makes this shell act as that role. Prints no secret.
credentials=$(aws sts assume-role --role-arn "$1" --role-session-name "deploy-$(date +%Y%m%d%H%M%S)" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || return 1
AWS_ACCESS_KEY_ID=$(echo "$credentials" | cut -f1)
AWS_SECRET_ACCESS_KEY=$(echo "$credentials" | cut -f2)
AWS_SESSION_TOKEN=$(echo "$credentials" | cut -f3)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
unset credentials
echo "acting as $(aws sts get-caller-identity --query Arn --output text)"
